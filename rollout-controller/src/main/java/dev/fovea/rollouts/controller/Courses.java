package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.Rollout.Approval;
import dev.fovea.rollouts.Rollout.Attempt;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollout.Step;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.judge.Evidence;
import dev.fovea.rollouts.judge.Window;
import dev.fovea.rollouts.router.Deployment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The rollouts in the database. */
final class Courses {
  private static final String COLUMNS =
      "digest, project, plan, state, stage, image, stable, evidence, shown, stage_began, bake_ends, reason, started,"
          + " attempt, first, asked_by, asked_why";
  private static final String UNDER_WAY =
      "state in ('PACKAGING', 'STARTING', 'SHADOW', 'CANARY', 'AWAITING_APPROVAL')";
  private static final String BAKING = "state = 'BAKING'";

  private static final String LIVE =
      """
      where digest = :digest and (%1$s or %2$s
        or digest in (select serving.rollout from rollouts.serving)
        or exists (select 1 from rollouts.step where step.rollout = :digest and at >= :moment)
        or exists (select 1 from rollouts.rollout newer
          where newer.project = rollout.project and newer.stable = :digest and (newer.%1$s or newer.%2$s
            or exists (select 1 from rollouts.step where step.rollout = newer.digest and at >= :moment))))\
      """
          .formatted(UNDER_WAY, BAKING);

  private final JdbcClient db;
  private final JsonMapper json;

  Courses(JdbcClient db, JsonMapper json) {
    this.db = db;
    this.json = json;
  }

  Optional<Course> find(Digest digest) {
    return select("where digest = :digest")
        .param("digest", digest.toString())
        .query(this::course)
        .optional();
  }

  /** The same, held until the transaction ends. */
  Optional<Course> locked(Digest digest) {
    return select("where digest = :digest for update")
        .param("digest", digest.toString())
        .query(this::course)
        .optional();
  }

  /**
   * One that has not ended, or serves, or is what another that has not ended goes back to; or one
   * that was so at this moment or later.
   */
  Optional<Course> live(Digest digest, Instant moment) {
    return select(LIVE)
        .param("digest", digest.toString())
        .param("moment", Timestamp.from(moment))
        .query(this::course)
        .optional();
  }

  /** Lets no other transaction begin a rollout of this model until this one ends. */
  void hold(Deployment deployment) {
    db.sql("select pg_advisory_xact_lock(hashtextextended(:model, 0))")
        .param("model", "fovea rollouts of " + deployment)
        .query((_, _) -> true)
        .list();
  }

  /** All that have not ended, the baking ones too. */
  List<Course> unfinished() {
    return select("where " + UNDER_WAY + " or " + BAKING + " order by number")
        .query(this::course)
        .list();
  }

  /** The one that is on its way to all traffic, if there is one. */
  Optional<Course> underWay(Deployment deployment) {
    return one(deployment, UNDER_WAY);
  }

  /** The one that has all traffic and may be taken back, if there is one. */
  Optional<Course> baking(Deployment deployment) {
    return one(deployment, BAKING);
  }

  private Optional<Course> one(Deployment deployment, String where) {
    return select("where project = :project and model = :model and " + where)
        .param("project", deployment.project().text())
        .param("model", deployment.model().text())
        .query(this::course)
        .optional();
  }

  /** The attempts at one release, the newest first, at most 50. */
  List<Course> attempts(Digest first) {
    return select("where digest = :first or first = :first order by attempt desc limit 50")
        .param("first", first.toString())
        .query(this::course)
        .list();
  }

  /** The attempt that this request began, if it did. */
  Optional<Course> requested(Name project, UUID request) {
    return select("where project = :project and request = :request")
        .param("project", project.text())
        .param("request", request)
        .query(this::course)
        .optional();
  }

  /** The newest first, at most 50. */
  List<Course> of(Name project) {
    return select("where project = :project order by number desc limit 50")
        .param("project", project.text())
        .query(this::course)
        .list();
  }

  /** What serves each model. */
  Map<Deployment, Course> serving() {
    var serving = new TreeMap<Deployment, Course>(Comparator.comparing(Deployment::toString));
    select("where digest in (select rollout from rollouts.serving)")
        .query(this::course)
        .list()
        .forEach(course -> serving.put(deployment(course), course));
    return serving;
  }

  Optional<Course> serving(Deployment deployment) {
    return select(
            "where digest = (select rollout from rollouts.serving where project = :project and model = :model)")
        .param("project", deployment.project().text())
        .param("model", deployment.model().text())
        .query(this::course)
        .optional();
  }

  static Deployment deployment(Course course) {
    return new Deployment(course.project(), course.plan().model());
  }

  private JdbcClient.StatementSpec select(String rest) {
    return db.sql("select " + COLUMNS + " from rollouts.rollout " + rest);
  }

  /**
   * Adds one that begins.
   *
   * @param request the person's request that began it, where one did: an attempt after the first
   */
  void insert(Course course, Optional<UUID> request, Instant now) {
    var again = Optional.of(course.attempt()).filter(attempt -> attempt.number() > 1);
    db.sql(
            """
            insert into rollouts.rollout (digest, project, model, plan, state, stage, evidence, stage_began, reason, started,
              attempt, first, asked_by, asked_why, request)
            values (:digest, :project, :model, :plan::json, :state, :stage, :evidence::json, :began, :reason, :started,
              :attempt, :first, :by, :why, :request)\
            """)
        .param("digest", course.digest().toString())
        .param("project", course.project().text())
        .param("model", course.plan().model().text())
        .param("plan", json.writeValueAsString(course.plan()))
        .param("state", course.state().name())
        .param("stage", course.stage())
        .param("evidence", json.writeValueAsString(course.evidence()))
        .param("began", course.stageBegan())
        .param("reason", course.reason())
        .param("started", Timestamp.from(course.started()))
        .param("attempt", course.attempt().number())
        .param("first", again.map(attempt -> attempt.first().toString()).orElse(null))
        .param("by", again.map(Attempt::by).orElse(null))
        .param("why", again.map(Attempt::why).orElse(null))
        .param("request", request.orElse(null), Types.OTHER)
        .update();
    note(course, now);
  }

  /** Writes what has changed; a new reason becomes a step of the timeline. */
  void update(Course before, Course after, Instant now) {
    db.sql(
            """
            update rollouts.rollout set state = :state, stage = :stage, image = :image, stable = :stable,
              evidence = :evidence::json, shown = :shown::json, stage_began = :began,
              bake_ends = :bakeEnds, reason = :reason
            where digest = :digest\
            """)
        .param("digest", after.digest().toString())
        .param("state", after.state().name())
        .param("stage", after.stage())
        .param("image", after.image().map(Digest::toString).orElse(null))
        .param("stable", after.stable().map(Digest::toString).orElse(null))
        .param("evidence", json.writeValueAsString(after.evidence()))
        .param("shown", after.shown().map(json::writeValueAsString).orElse(null))
        .param("began", after.stageBegan())
        .param("bakeEnds", after.bakeEnds().map(Timestamp::from).orElse(null), Types.TIMESTAMP)
        .param("reason", after.reason())
        .update();
    if (!before.reason().equals(after.reason())) {
      note(after, now);
    }
    if (before.weight() < 100 && after.weight() == 100) {
      serve(deployment(after), after.digest(), now);
    } else if (before.state() == State.BAKING && after.weight() == 0) {
      serve(deployment(after), before.stable().orElseThrow(), now);
    }
  }

  private void serve(Deployment deployment, Digest rollout, Instant now) {
    db.sql(
            """
            insert into rollouts.serving (project, model, rollout, since) values (:project, :model, :rollout, :now)
            on conflict (project, model) do update set rollout = excluded.rollout, since = excluded.since\
            """)
        .param("project", deployment.project().text())
        .param("model", deployment.model().text())
        .param("rollout", rollout.toString())
        .param("now", Timestamp.from(now))
        .update();
  }

  private void note(Course course, Instant now) {
    db.sql("insert into rollouts.step (rollout, at, what) values (:rollout, :now, :what)")
        .param("rollout", course.digest().toString())
        .param("now", Timestamp.from(now))
        .param("what", course.reason())
        .update();
  }

  /** Keeps what the judge is given; false when it was there already. */
  boolean keep(Course course, Window window, Instant now) {
    return db.sql(
                """
                insert into rollouts.evidence_window (rollout, id, stage, counts, at)
                values (:rollout, :id, :stage, :counts::json, :now) on conflict do nothing\
                """)
            .param("rollout", course.digest().toString())
            .param("id", window.id())
            .param("stage", course.stage())
            .param("counts", json.writeValueAsString(window))
            .param("now", Timestamp.from(now))
            .update()
        == 1;
  }

  /** All windows, in their order. */
  List<Window> windows(Digest rollout) {
    return db.sql(
            "select counts from rollouts.evidence_window where rollout = :rollout order by id")
        .param("rollout", rollout.toString())
        .query((rows, _) -> json.readValue(rows.getString(1), Window.class))
        .list();
  }

  /** Keeps an approval; false when this person has approved already. */
  boolean approve(Digest rollout, Approval approval) {
    return db.sql(
                """
                insert into rollouts.approval (rollout, who, evidence, comment, at)
                values (:rollout, :who, :evidence, :comment, :at) on conflict do nothing\
                """)
            .param("rollout", rollout.toString())
            .param("who", approval.who())
            .param("evidence", approval.evidence().toString())
            .param("comment", approval.comment())
            .param("at", Timestamp.from(approval.at()))
            .update()
        == 1;
  }

  List<Approval> approvals(Digest rollout) {
    return db.sql(
            "select who, evidence, comment, at from rollouts.approval where rollout = :rollout order by at")
        .param("rollout", rollout.toString())
        .query((rows, _) ->
            new Approval(
                rows.getString(1),
                Digest.parse(rows.getString(2)),
                rows.getString(3),
                rows.getTimestamp(4).toInstant()))
        .list();
  }

  List<Step> timeline(Digest rollout) {
    return db.sql("select at, what from rollouts.step where rollout = :rollout order by number")
        .param("rollout", rollout.toString())
        .query((rows, _) -> new Step(rows.getTimestamp(1).toInstant(), rows.getString(2)))
        .list();
  }

  private Course course(ResultSet rows, int row) throws SQLException {
    var digest = Digest.parse(rows.getString("digest"));
    var plan = json.readValue(rows.getString("plan"), Plan.class);
    return new Course(
        digest,
        Name.of(rows.getString("project")),
        plan,
        State.valueOf(rows.getString("state")),
        rows.getInt("stage"),
        Optional.ofNullable(rows.getString("image")).map(Digest::parse),
        Optional.ofNullable(rows.getString("stable")).map(Digest::parse),
        json.readValue(rows.getString("evidence"), Evidence.class),
        Optional.ofNullable(rows.getString("shown"))
            .map(text -> json.readValue(text, Evidence.class)),
        rows.getLong("stage_began"),
        Optional.ofNullable(rows.getTimestamp("bake_ends")).map(Timestamp::toInstant),
        rows.getString("reason"),
        rows.getTimestamp("started").toInstant(),
        attempt(rows, digest, plan));
  }

  private static Attempt attempt(ResultSet rows, Digest digest, Plan plan) throws SQLException {
    int number = rows.getInt("attempt");
    return number == 1
        ? new Attempt(1, digest, plan.requestedBy(), "")
        : new Attempt(
            number,
            Digest.parse(rows.getString("first")),
            rows.getString("asked_by"),
            rows.getString("asked_why"));
  }
}
