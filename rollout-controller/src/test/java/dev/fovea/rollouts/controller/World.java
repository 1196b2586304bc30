package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.Callers;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts.Again;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.VersionCheck;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.packaging.ModelImages;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.router.Split;
import dev.fovea.rollouts.router.TrafficRouter;
import dev.fovea.rollouts.servers.ModelServers;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.rollouts.turns.NotTheWriter;
import dev.fovea.rollouts.turns.Turn;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * One process of the controller on a real database, with images, servers and traffic that are
 * played. A step runs when {@link #tick} is called and is over when it returns. {@link #cut} is
 * called around every effect on the world outside that changes it.
 */
final class World {
  static final Deployment LAMP = new Deployment(TestModels.LAMPS, TestModels.LAMP);
  static final Latencies QUICK = new Latencies(Map.of(10, 100L));

  final List<Object> published;
  private final List<Object> pending = new ArrayList<>();
  final PlayedTurn turn = new PlayedTurn();
  final PlayedServers servers = new PlayedServers();
  final PlayedRouter router = new PlayedRouter();
  final PlayedVersions versions = new PlayedVersions();
  final PlayedImages images = new PlayedImages();
  final Courses courses;
  final Transitions transitions;
  final RolloutsEndpoint endpoint;
  final Hands hands;
  private final Reconciler reconciler;
  private Runnable guillotine = () -> {};

  World(DataSource database) {
    this(database, new ArrayList<>(), new Hands());
  }

  World(DataSource database, List<Object> published, Hands hands) {
    this.published = published;
    this.hands = hands;
    var json = JsonMapper.builder().build();
    courses = new Courses(JdbcClient.create(database), json);
    var transactions = new TransactionTemplate(new CuttingTransactions(database));
    transitions = new Transitions(turn, courses, this::publish, transactions, hands);
    Function<Course, Judge> judges =
        course -> new Judge(course.plan().canary(), Duration.ofMillis(1));
    var watch = new Watch(router, Duration.ZERO, System::nanoTime);
    var complaints = new Complaints();
    var traffic =
        new Traffic(turn, courses, transitions, servers, router, watch, Duration.ZERO, complaints);
    var steps = new NextSteps(courses, transitions, versions, images, traffic, watch, judges);
    reconciler =
        new Reconciler(turn, courses, transitions, steps, traffic, complaints, Runnable::run);
    endpoint =
        new RolloutsEndpoint(
            courses,
            transitions,
            new Views(courses, servers, router, judges, json),
            reconciler,
            router);
  }

  /** A clock that tests put forward; every process of a world looks at the same one. */
  static final class Hands extends Clock {
    private Duration ahead = Duration.ZERO;

    void forward(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Runs this around every effect from now on. */
  void cuttingWith(Runnable cut) {
    guillotine = cut;
  }

  private void cut() {
    guillotine.run();
  }

  void tick() {
    reconciler.tick();
  }

  Rollout start(Plan plan) {
    return endpoint.start(TestModels.LAMPS, plan);
  }

  Rollout look(Digest rollout) {
    return endpoint.rollout(TestModels.LAMPS, rollout);
  }

  Rollout approve(Digest rollout, String who) {
    return decide(
        who,
        () ->
            endpoint.approve(
                TestModels.LAMPS, rollout, new Decision(look(rollout).evidenceDigest(), "")));
  }

  Rollout rollBack(Digest rollout, String who) {
    return decide(
        who,
        () ->
            endpoint.rollBack(
                TestModels.LAMPS,
                rollout,
                new Decision(look(rollout).evidenceDigest(), "drivers complain")));
  }

  Rollout again(Digest rollout, String who, UUID request) {
    return decide(
        who,
        () ->
            endpoint.again(
                TestModels.LAMPS, rollout, new Again(request, "the newer one misreads night")));
  }

  /** As a release manager of this name. */
  static Rollout decide(String who, Callable<Rollout> decision) {
    return as(who, Caller.Role.RELEASE_MANAGER, decision);
  }

  static Rollout as(String who, Caller.Role role, Callable<Rollout> decision) {
    try {
      return Callers.as(new Caller(who, "lamps", Set.of(role)), decision);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** A rollout that has gone all the way. */
  Digest promoted(Plan plan) {
    var rollout = start(plan).digest();
    for (int i = 0; look(rollout).state() != Rollout.State.PROMOTED; i++) {
      if (i > 100) {
        throw new IllegalStateException("not promoted: " + look(rollout));
      }
      tick();
      traffic(40, good(), good());
      if (look(rollout).state() == Rollout.State.AWAITING_APPROVAL) {
        approve(rollout, "rita");
      }
    }
    tick();
    return rollout;
  }

  /** What an arm's answers are like, in shares. */
  record Quality(double errors, double unsure) {}

  static Quality good() {
    return new Quality(0.0, 0.1);
  }

  /**
   * So many answers of the canary, and of the stable in proportion to the weight or to the share of
   * copies. While the canary bakes it is the stable that gets so many copies.
   */
  void traffic(int canaryAnswers, Quality stable, Quality canary) {
    var split = router.splits.get(LAMP);
    if (split == null) {
      return;
    }
    if (split.shadows()) {
      boolean baking = courses.baking(LAMP).isPresent();
      router.answer(
          split.canary().orElseThrow().rollout(), counts(canaryAnswers, baking ? stable : canary));
      router.answer(
          split.stable().rollout(),
          counts(
              canaryAnswers * (100 - split.shadowShare()) / split.shadowShare(),
              baking ? canary : stable));
      return;
    }
    int weight = split.canaryWeight();
    if (split.canary().isEmpty()) {
      router.answer(split.stable().rollout(), counts(100, stable));
    } else if (weight > 0) {
      router.answer(split.canary().get().rollout(), counts(canaryAnswers, canary));
      router.answer(
          split.stable().rollout(), counts(canaryAnswers * (100 - weight) / weight, stable));
    }
  }

  static ArmCounts counts(int total, Quality quality) {
    int errors = (int) Math.round(total * quality.errors());
    int good = total - errors;
    return new ArmCounts(
        total,
        errors,
        good,
        Math.round(good * (float) quality.unsure()),
        new Latencies(Map.of(10, (long) good)));
  }

  private void publish(Object event) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new AssertionError("published outside a transaction: " + event);
    }
    pending.add(event);
  }

  private static void fail(Optional<Exception> failure) throws IOException {
    switch (failure.orElse(null)) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Exception e -> throw new IllegalStateException(e);
    }
  }

  /** This process's turn, until another begins one. */
  static final class PlayedTurn implements Turn {
    boolean over;
    boolean knowsThatItIsOver = true;

    @Override
    public boolean mine() {
      return !over || !knowsThatItIsOver;
    }

    @Override
    public long epoch() {
      return 1;
    }

    @Override
    public void check() {
      if (over) {
        throw new NotTheWriter("another began");
      }
    }
  }

  /** Images that are words. */
  final class PlayedImages implements ModelImages {
    int builds;
    Optional<Exception> failure = Optional.empty();

    @Override
    public String reference(Served served, Digest image) {
      return "registry.test/%s/%s@%s".formatted(served.project(), served.plan().model(), image);
    }

    @Override
    public Digest build(Served served) throws IOException {
      cut();
      builds++;
      fail(failure);
      var image =
          Digest.sha256(("image of " + served.plan().variant()).getBytes(StandardCharsets.UTF_8));
      cut();
      return image;
    }
  }

  /** Versions that are what was signed, unless a test says otherwise. */
  static final class PlayedVersions implements VersionCheck {
    final List<String> asked = new ArrayList<>();
    Optional<Problem> refusal = Optional.empty();

    @Override
    public void requireSigned(Name project, Name model, int number) {
      asked.add("%s %s %d".formatted(project, model, number));
      refusal.ifPresent(problem -> {
        throw problem;
      });
    }
  }

  /** Servers that are addresses. */
  final class PlayedServers implements ModelServers {
    final Map<Digest, URI> addresses = new HashMap<>();
    final List<Digest> started = new ArrayList<>();
    Optional<Exception> failure = Optional.empty();
    final Map<Digest, Exception> silent = new HashMap<>();

    @Override
    public URI ensure(Served served) throws IOException {
      fail(Optional.ofNullable(silent.get(served.rollout())));
      if (addresses.get(served.rollout()) instanceof URI running) {
        return running;
      }
      cut();
      fail(failure);
      started.add(served.rollout());
      var address =
          addresses.computeIfAbsent(
              served.rollout(), rollout -> URI.create("http://" + rollout.abbreviated() + ":1"));
      cut();
      return address;
    }

    @Override
    public Optional<URI> address(Digest rollout) {
      return Optional.ofNullable(addresses.get(rollout));
    }

    @Override
    public Set<Digest> running() {
      return Set.copyOf(addresses.keySet());
    }

    @Override
    public void stop(Digest rollout) {
      cut();
      addresses.remove(rollout);
      cut();
    }
  }

  /** A router whose traffic is put in by hand; remembers every weight that it was given. */
  final class PlayedRouter implements TrafficRouter {
    boolean down;
    boolean copies = true;

    @Override
    public boolean copies() {
      return copies;
    }

    private void requireUp() {
      if (down) {
        throw new ClusterUnreachable("the played cluster", "it is down");
      }
    }

    final Map<Deployment, Split> splits = new HashMap<>();
    final Map<Digest, ArmCounts> counts = new HashMap<>();

    void answer(Digest rollout, ArmCounts more) {
      counts.merge(rollout, more, ArmCounts::plus);
    }

    @Override
    public void route(Deployment deployment, Split split) {
      requireUp();
      if (split.equals(splits.get(deployment))) {
        return;
      }
      cut();
      for (var backend : split.canary().stream().toList()) {
        requireRunning(backend.rollout());
      }
      requireRunning(split.stable().rollout());
      splits.put(deployment, split);
      cut();
    }

    private void requireRunning(Digest rollout) {
      if (!servers.addresses.containsKey(rollout)) {
        throw new AssertionError("traffic for %s, which doesn't run".formatted(rollout));
      }
    }

    @Override
    public void close(Deployment deployment) {
      splits.remove(deployment);
    }

    @Override
    public Optional<Split> split(Deployment deployment) {
      requireUp();
      return Optional.ofNullable(splits.get(deployment));
    }

    @Override
    public ArmCounts take(Digest rollout) {
      requireUp();
      return Optional.ofNullable(counts.remove(rollout)).orElse(ArmCounts.NONE);
    }

    @Override
    public Totals totals(Digest rollout) {
      return new Totals(0, 0);
    }

    @Override
    public boolean drained(Digest rollout, Duration patience) {
      requireUp();
      return splits.values().stream()
          .noneMatch(split ->
              split.stable().rollout().equals(rollout)
                  || split.canary().filter(canary -> canary.rollout().equals(rollout)).isPresent());
    }
  }

  /**
   * Events become published with their transaction, and a cut may fall right before or after the
   * commit.
   */
  private final class CuttingTransactions extends JdbcTransactionManager {
    CuttingTransactions(DataSource database) {
      super(database);
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
      pending.clear();
      super.doBegin(transaction, definition);
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
      cut();
      super.doCommit(status);
      published.addAll(pending);
      pending.clear();
      cut();
    }
  }
}
