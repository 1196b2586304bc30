package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Inbox;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Queues;
import dev.fovea.roles.queue.Subscription;
import dev.fovea.roles.queue.Work;
import dev.fovea.roles.schema.Schema;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.service.registry.ImportHttpServices;

class QueueTest {
  private static final List<String> DONE = new CopyOnWriteArrayList<>();
  private static final List<String> HEARD = new CopyOnWriteArrayList<>();
  private static final AtomicBoolean BROKEN = new AtomicBoolean();
  private static final Set<String> CALLERS = ConcurrentHashMap.newKeySet();
  private static volatile CountDownLatch gate = new CountDownLatch(0);
  private static final Work<Job> WORK = new Work<>("print", Job.class, QueueTest::print);

  record Job(String name, int copies) {}

  record Greeted(String name) {}

  /** A publisher and a subscriber, wired as services are. */
  @AutoConfiguration
  static class Services {
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnRole(ServiceRole.REGISTRY)
    static class Publisher {
      @Bean
      Flyway registrySchema(DataSource database) {
        return Schema.migrated("registry", database);
      }

      @Bean
      Queue registryQueue(Queues queues, Flyway registrySchema) {
        return queues.open(ServiceRole.REGISTRY, List.of(WORK));
      }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnRole(ServiceRole.PIPELINES)
    static class Subscriber {
      @Bean
      Handler<Greeted> onGreeted() {
        return Handler.of(
            Greeted.class,
            event -> {
              CALLERS.add(Callers.current().subject());
              if (BROKEN.get() || event.name().equals("poison")) {
                throw new IOException("cannot hear " + event.name());
              }
              HEARD.add(event.name());
            });
      }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnRemoteRole(ServiceRole.PIPELINES)
    @ImportHttpServices(group = "pipelines", types = Inbox.class)
    static class Elsewhere {}

    @Bean
    static Subscription pipelinesHearOfGreetings() {
      return new Subscription(ServiceRole.PIPELINES, Greeted.class);
    }
  }

  private Processes processes;

  @BeforeEach
  void clear() {
    DONE.clear();
    HEARD.clear();
    CALLERS.clear();
    BROKEN.set(false);
    gate = new CountDownLatch(0);
    processes = new Processes();
  }

  @AfterEach
  void stop() {
    gate.countDown();
    processes.close();
  }

  @Test
  void doesWorkAfterTheTransactionAndLeavesNoRow() {
    var process = registry();
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "a", new Job("a", 2)));
    eventually(() -> assertThat(DONE).containsExactly("a2 by fovea/registry"));
    eventually(() -> assertThat(rows(process)).isZero());
  }

  @Test
  void forgetsWorkAndEventsWithTheTransactionThatRollsBack() {
    var process = registry("roles=registry,pipelines");
    in(process)
        .executeWithoutResult(status -> {
          queue(process).enqueue(WORK, "a", new Job("a", 1));
          queue(process).publish(new Greeted("ann"));
          assertThat(rows(process)).isEqualTo(2);
          status.setRollbackOnly();
        });
    assertThat(rows(process)).isZero();
  }

  @Test
  void refusesToPublishOrEnqueueOutsideATransaction() {
    var process = registry();
    assertThatThrownBy(() -> queue(process).publish(new Greeted("ann")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "publish Greeted outside a transaction (expected: in the one that makes it true)");
    assertThatThrownBy(() -> queue(process).enqueue(WORK, "a", new Job("a", 1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void takesTheSameIdTwiceForOneWhileItWaits() {
    var process = registry();
    queue(process).stop();
    for (int copies = 1; copies <= 3; copies++) {
      var job = new Job("a", copies);
      in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "a", job));
    }
    assertThat(queue(process).depth().waiting()).isEqualTo(1);
    assertThat(queue(process).depth().oldestSeconds()).isPositive();
    queue(process).start();
    eventually(() -> assertThat(rows(process)).isZero());
    assertThat(DONE).containsExactly("a3 by fovea/registry");
    assertThat(queue(process).depth()).isEqualTo(new Queue.Depth(0, 0, 0, 0));
  }

  @Test
  void runsOnceMoreWhatIsEnqueuedWhileItRuns() {
    var process = registry();
    gate = new CountDownLatch(1);
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "a", new Job("a", 1)));
    eventually(() -> assertThat(DONE).hasSize(1));
    assertThat(queue(process).depth().running()).isEqualTo(1);
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "a", new Job("a", 2)));
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "a", new Job("a", 3)));
    gate.countDown();
    eventually(() -> assertThat(rows(process)).isZero());
    assertThat(DONE).containsExactly("a1 by fovea/registry", "a3 by fovea/registry");
  }

  @Test
  void runsAgainAfterItsPauseWhatEnqueuesItselfWhileItRuns() {
    var process = registry();
    gate = new CountDownLatch(1);
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "a", new Job("a", 1)));
    eventually(() -> assertThat(DONE).hasSize(1));
    var enqueued = System.nanoTime();
    in(process)
        .executeWithoutResult(
            _ -> queue(process).enqueue(WORK, "a", new Job("a", 2), Duration.ofMillis(1_500)));
    gate.countDown();
    eventually(() -> assertThat(rows(process)).isZero());
    assertThat(DONE).containsExactly("a1 by fovea/registry", "a2 by fovea/registry");
    assertThat(Duration.ofNanos(System.nanoTime() - enqueued))
        .isGreaterThan(Duration.ofMillis(1_500));
  }

  @Test
  void parksWorkThatKeepsFailingWhileOtherWorkFlowsAndTriesItOnceMoreAfterARestart() {
    var process = registry();
    BROKEN.set(true);
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "bad", new Job("bad", 1)));
    eventually(() -> assertThat(queue(process).parked()).hasSize(1));
    var parked = queue(process).parked().getFirst();
    assertThat(parked.work()).isEqualTo("print");
    assertThat(parked.tries()).isEqualTo(3);
    assertThat(parked.data()).contains("\"copies\":1");
    assertThat(parked.failure()).isEqualTo("IOException: out of paper");
    assertThat(queue(process).depth()).isEqualTo(new Queue.Depth(0, 0, 1, 0));
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "good", new Job("good", 1)));
    eventually(() -> assertThat(DONE).contains("good1 by fovea/registry"));

    process.close();
    var next = registry();
    eventually(() -> assertThat(queue(next).parked()).hasSize(1));
    assertThat(queue(next).parked().getFirst().tries()).as("one try more").isEqualTo(3);
    next.close();
    BROKEN.set(false);
    var mended = registry();
    eventually(() -> assertThat(DONE).contains("bad1 by fovea/registry"));
    eventually(() -> assertThat(rows(mended)).isZero());
  }

  @Test
  void startsParkedWorkAfreshWhenItIsEnqueuedAgain() {
    var process = registry();
    BROKEN.set(true);
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "bad", new Job("bad", 1)));
    eventually(() -> assertThat(queue(process).parked()).hasSize(1));
    BROKEN.set(false);
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "bad", new Job("bad", 2)));
    eventually(() -> assertThat(DONE).containsExactly("bad2 by fovea/registry"));
    assertThat(queue(process).parked()).isEmpty();
  }

  @Test
  void doesNotRepeatWorkThatIsRefused() {
    var process = registry();
    in(process).executeWithoutResult(_ -> queue(process).enqueue(WORK, "r", new Job("refused", 1)));
    eventually(() -> assertThat(rows(process)).isZero());
    assertThat(DONE).containsExactly("refused1 by fovea/registry");
  }

  @Test
  void tellsASubscriberInTheSameProcess() {
    var process = registry("roles=registry,pipelines");
    in(process).executeWithoutResult(_ -> queue(process).publish(new Greeted("ann")));
    eventually(() -> assertThat(HEARD).containsExactly("ann"));
    eventually(() -> assertThat(rows(process)).isZero());
    assertThat(CALLERS).containsExactly("fovea/pipelines");
  }

  @Test
  void parksAPoisonEventWhileOthersFlow() {
    var process = registry("roles=registry,pipelines");
    in(process)
        .executeWithoutResult(_ -> {
          queue(process).publish(new Greeted("poison"));
          queue(process).publish(new Greeted("ann"));
        });
    eventually(() -> assertThat(HEARD).containsExactly("ann"));
    eventually(() ->
        assertThat(queue(process).parked())
            .singleElement()
            .satisfies(parked -> {
              assertThat(parked.work()).isEqualTo("deliver");
              assertThat(parked.failure()).contains("cannot hear poison");
            }));
  }

  @Test
  void tellsASubscriberInAnotherProcessOnceThatIsUp() {
    var subscriber = processes.start(List.of(Services.class), "roles=pipelines");
    var address = Processes.url(subscriber);
    var port = address.substring(address.lastIndexOf(':') + 1);
    subscriber.close();
    var process =
        registry("roles=registry", "spring.http.serviceclient.pipelines.base-url=" + address);
    in(process).executeWithoutResult(_ -> queue(process).publish(new Greeted("ann")));
    // More failures than the tries of other failures: a service that is away is waited for.
    await().atMost(Duration.ofSeconds(20)).until(() -> failures(process) > 4);
    assertThat(queue(process).parked()).isEmpty();

    processes.start(List.of(Services.class), "roles=pipelines", "server.port=" + port);
    eventually(() -> assertThat(HEARD).containsExactly("ann"));
    eventually(() -> assertThat(rows(process)).isZero());
    assertThat(CALLERS).containsExactly("fovea/pipelines");
  }

  @Test
  void refusesToStartWhereARoleHearsOfAnEventAndDoesNothingWithIt() {
    assertThatThrownBy(() -> processes.start(List.of(Deaf.class), "roles=lab"))
        .hasMessageContaining(
            "role lab subscribes to " + Greeted.class.getName() + " and has no Handler for it");
  }

  @Test
  void takesOverTheWorkOfADeadProcess() {
    var process = registry();
    // What a killed process leaves: a picked row whose heartbeat stands still.
    JdbcClient.create(process.getBean(DataSource.class))
        .sql(
            """
            insert into registry.queue (task_name, task_instance, task_data, execution_time, picked, picked_by, last_heartbeat, version)
            values ('print', 'left', convert_to('{"name":"left","copies":1}', 'UTF8'), now(), true, 'dead', now() - interval '1 hour', 1)
            """)
        .update();
    eventually(() -> assertThat(DONE).containsExactly("left1 by fovea/registry"));
    eventually(() -> assertThat(rows(process)).isZero());
  }

  static class Deaf {
    @Bean
    Subscription heard() {
      return new Subscription(ServiceRole.LAB, Greeted.class);
    }
  }

  private static void print(Job job) throws Exception {
    if (BROKEN.get() && job.name().equals("bad")) {
      throw new IOException("out of paper");
    }
    DONE.add(job.name() + job.copies() + " by " + Callers.current().subject());
    gate.await();
    if (job.name().equals("refused")) {
      throw new InvalidRequest("never", "do something else");
    }
  }

  private ConfigurableApplicationContext registry(String... properties) {
    return processes.start(
        List.of(Services.class),
        properties.length == 0 ? new String[] {"roles=registry"} : properties);
  }

  private static TransactionTemplate in(ConfigurableApplicationContext process) {
    return new TransactionTemplate(process.getBean(PlatformTransactionManager.class));
  }

  private static Queue queue(ConfigurableApplicationContext process) {
    return process.getBean(Queue.class);
  }

  private static int rows(ConfigurableApplicationContext process) {
    return JdbcClient.create(process.getBean(DataSource.class))
        .sql("select count(*) from registry.queue")
        .query(Integer.class)
        .single();
  }

  private static int failures(ConfigurableApplicationContext process) {
    return JdbcClient.create(process.getBean(DataSource.class))
        .sql("select coalesce(max(consecutive_failures), 0) from registry.queue")
        .query(Integer.class)
        .single();
  }

  private static void eventually(Runnable check) {
    await().atMost(Duration.ofSeconds(20)).untilAsserted(check::run);
  }
}
