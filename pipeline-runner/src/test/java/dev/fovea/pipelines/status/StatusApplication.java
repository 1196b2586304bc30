package dev.fovea.pipelines.status;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.roles.RolesAutoConfiguration;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.QueueAutoConfiguration;
import dev.fovea.roles.queue.Queues;
import dev.fovea.roles.queue.Subscription;
import dev.fovea.roles.queue.Work;
import dev.fovea.roles.schema.Schema;
import dev.fovea.roles.schema.SchemaAutoConfiguration;
import dev.fovea.teamfile.Gate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The statuses with their real tables and queue. Releases are rows that a test changes; all have
 * the same two gates, and a verdict once they are RELEASED (both passed) or REFUSED (the first
 * failed).
 */
@SpringBootConfiguration
@ImportAutoConfiguration({
  JacksonAutoConfiguration.class,
  DataSourceTransactionManagerAutoConfiguration.class,
  TransactionAutoConfiguration.class,
  JdbcTemplateAutoConfiguration.class,
  JdbcClientAutoConfiguration.class,
  RolesAutoConfiguration.class,
  QueueAutoConfiguration.class,
  SchemaAutoConfiguration.class
})
@Import(StatusConfiguration.class)
class StatusApplication {
  static final Name PROJECT = Name.of("parcels");
  static final String REPOSITORY = "acme/parcels";
  static final String ACCURACY = "fovea/accuracy of int8";
  static final String LATENCY = "fovea/latency-p99 of int8 on orin-nx";
  static final Work<Other> OTHER = new Work<>("other", Other.class, _ -> Counter.done());

  /** Work of the same queue that has nothing to do with statuses. */
  record Other(int number) {}

  /** How much of it was done. */
  static final class Counter {
    private static final CopyOnWriteArrayList<Instant> DONE = new CopyOnWriteArrayList<>();

    private Counter() {}

    static void done() {
      DONE.add(Instant.now());
    }

    static int count() {
      return DONE.size();
    }
  }

  /** What was written into the audit log. */
  static final class Log implements Consumer<Audited> {
    private final List<Audited> acts = new CopyOnWriteArrayList<>();

    @Override
    public void accept(Audited act) {
      acts.add(act);
    }

    List<Audited> acts() {
      return List.copyOf(acts);
    }
  }

  static ConfigurableApplicationContext start(DataSource database, String... properties) {
    return new SpringApplicationBuilder(StatusApplication.class)
        .web(WebApplicationType.NONE)
        .initializers(made -> made.getBeanFactory().registerSingleton("dataSource", database))
        .properties("roles=pipelines", "spring.main.banner-mode=off")
        .properties(properties)
        .run();
  }

  /** A process that tells of one release that has passed, and lives until it is killed. */
  public static void main(String[] properties) throws InterruptedException {
    var database = new DriverManagerDataSource(System.getProperty("database", ""));
    var context = start(database, properties);
    var bench = new Bench(context);
    var release = digest("the one");
    if (bench.state(release).isEmpty()) {
      bench.add(release, Release.State.RELEASED);
      bench.ask(release, REPOSITORY, "c".repeat(40));
    }
    new CountDownLatch(1).await();
  }

  static Digest digest(String of) {
    return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
  }

  /** What a test does to releases. */
  record Bench(ConfigurableApplicationContext context) {
    void add(Digest release, Release.State state) {
      jdbc()
          .sql(
              """
              insert into pipelines.release (digest, project, model, number, inputs, state, reason)
              values (?, ?, 'detector', 1, '{}', ?, 'as the test says')
              """)
          .params(release.toString(), PROJECT.text(), state.name())
          .update();
    }

    /** A build of this repository and commit asks for it. */
    void ask(Digest release, String repository, String commit) {
      inTransaction(() -> {
        jdbc()
            .sql(
                """
                insert into pipelines.release_request (release, requested_by, repository, repository_id, ref, commit)
                values (?, 'ci', ?, '4711', 'refs/heads/main', ?)
                on conflict (release, requested_by, repository_id, ref, commit) do update set last_at = now()
                """)
            .params(release.toString(), repository, commit)
            .update();
        context.getBean(CommitStatuses.class).changed(release);
      });
    }

    void stands(Digest release, Release.State state) {
      inTransaction(() -> {
        jdbc()
            .sql("update pipelines.release set state = ? where digest = ?")
            .params(state.name(), release.toString())
            .update();
        context.getBean(CommitStatuses.class).changed(release);
      });
    }

    Optional<String> state(Digest release) {
      return jdbc()
          .sql("select state from pipelines.release where digest = ?")
          .param(release.toString())
          .query(String.class)
          .optional();
    }

    void inTransaction(Runnable work) {
      new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
          .executeWithoutResult(_ -> work.run());
    }

    private JdbcClient jdbc() {
      return context.getBean(JdbcClient.class);
    }
  }

  @Bean
  Flyway pipelinesSchema(DataSource database) {
    return Schema.migrated("pipelines", database);
  }

  @Bean
  Queue pipelinesQueue(Queues queues, Work<Due> statusWork) {
    return queues.open(ServiceRole.PIPELINES, List.of(statusWork, OTHER));
  }

  @Bean
  static Subscription auditHere() {
    return new Subscription(ServiceRole.PIPELINES, Audited.class);
  }

  @Bean
  Log log() {
    return new Log();
  }

  @Bean
  Handler<Audited> keepAudited(Log log) {
    return Handler.of(ServiceRole.PIPELINES, Audited.class, log::accept);
  }

  @Bean
  Standings standings(JdbcClient jdbc) {
    return (project, digest) ->
        jdbc.sql("select state from pipelines.release where project = ? and digest = ?")
            .params(project.text(), digest.toString())
            .query(String.class)
            .optional()
            .map(Release.State::valueOf)
            .map(state -> standing(digest, state));
  }

  static Standings.Standing standing(Digest digest, Release.State state) {
    var rulings =
        List.of(
            state == Release.State.RELEASED
                ? ruling(Outcome.PASS, "at least 90.00 %", 0.932, "")
                : ruling(Outcome.FAIL, "at least 90.00 %", 0.5, ""),
            ruling(Outcome.PASS, "at most 12.000 ms", 9.4213, "ms"));
    boolean judged = state == Release.State.RELEASED || state == Release.State.REFUSED;
    return new Standings.Standing(
        release(
            digest,
            state,
            judged
                ? Optional.of(new Verdict(state == Release.State.RELEASED, rulings))
                : Optional.empty(),
            "as the test says"),
        gates());
  }

  static List<Gate> gates() {
    return List.of(
        new Gate(
            Gate.Measure.ACCURACY,
            Gate.Variant.INT8,
            false,
            Optional.empty(),
            Optional.empty(),
            Gate.Bound.AT_LEAST,
            0.9,
            14),
        new Gate(
            Gate.Measure.LATENCY_P99,
            Gate.Variant.INT8,
            false,
            Optional.empty(),
            Optional.of(Name.of("orin-nx")),
            Gate.Bound.AT_MOST,
            12,
            15));
  }

  static Ruling ruling(Outcome outcome, String wanted, double measured, String unit) {
    return new Ruling(
        "the rule",
        14,
        outcome,
        wanted,
        0.9,
        measured,
        measured,
        measured,
        unit,
        "test, 150 images",
        "the rule could not be measured on test: no such images",
        List.of());
  }

  static Release release(
      Digest digest, Release.State state, Optional<Verdict> verdict, String reason) {
    return new Release(
        digest,
        PROJECT,
        Name.of("detector"),
        1,
        digest,
        digest,
        GitCommit.of("b".repeat(40)),
        state,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        verdict,
        Optional.empty(),
        reason,
        "ci:acme/parcels",
        Instant.EPOCH);
  }
}
