package dev.fovea.roles.queue;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.Callers;
import dev.fovea.roles.ServiceRole;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * One service's durable queue: background work and events on their way to others. A row is written
 * in the transaction that made it true, so both are there or neither; it is gone when its work is
 * done. Work that a dead process held is taken over by another one. There is no order between rows.
 */
public final class Queue implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(Queue.class);
  private static final String DELIVER = "deliver";

  /** Started before the web server takes requests and stopped after it has drained. */
  private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

  private final ServiceRole role;
  private final List<Work<?>> works;
  private final QueueTable table;
  private final DataSource database;
  private final TransactionTemplate transactions;
  private final Deliveries deliveries;
  private final QueueProperties properties;
  private final JsonMapper json;
  private volatile @Nullable Scheduler scheduler;

  Queue(
      ServiceRole role,
      List<Work<?>> works,
      DataSource database,
      TransactionTemplate transactions,
      Deliveries deliveries,
      QueueProperties properties,
      JsonMapper json) {
    this.role = role;
    this.table = new QueueTable(database, role);
    this.database = new TransactionAwareDataSourceProxy(database);
    this.transactions = transactions;
    this.deliveries = deliveries;
    this.properties = properties;
    this.json = json;
    var delivery = new Work<>(DELIVER, Deliveries.Delivery.class, deliveries::deliver);
    this.works = Stream.concat(works.stream(), Stream.of(delivery)).toList();
    var names = new HashSet<String>();
    for (var work : this.works) {
      if (!names.add(work.name())) {
        throw new IllegalArgumentException(
            "work '%s' of %s: there is another of this name (expected: unique names)"
                .formatted(work.name(), role.id()));
      }
    }
  }

  /**
   * Tells every subscriber of the event's class, at least once each, after the transaction has
   * committed.
   *
   * @throws IllegalStateException outside a transaction
   */
  public void publish(Object event) {
    requireTransaction("publish " + event.getClass().getSimpleName());
    for (var delivery : deliveries.of(event)) {
      var id =
          "%s-%s-%s"
              .formatted(event.getClass().getSimpleName(), delivery.role().id(), UUID.randomUUID());
      table.put(DELIVER, id, json.writeValueAsBytes(delivery), Instant.now());
    }
  }

  /**
   * Has this work done, at least once, after the transaction has committed. The same id again while
   * it waits is the same work, with the newer data; while it runs, it runs once more afterwards;
   * while it is parked, it gets a fresh start.
   *
   * @throws IllegalStateException outside a transaction
   */
  public <T> void enqueue(Work<T> work, String id, T data) {
    enqueue(work, id, data, Duration.ZERO);
  }

  /** Whether it was given this kind of work. */
  public boolean takes(Work<?> work) {
    return works.contains(work);
  }

  /**
   * The same after a pause, for work that looks again and again whether something has happened
   * elsewhere: it enqueues itself while it runs. What waits already keeps its time.
   *
   * @throws IllegalStateException outside a transaction
   */
  public <T> void enqueue(Work<T> work, String id, T data, Duration pause) {
    requireTransaction("enqueue " + work.name());
    if (!takes(work)) {
      throw new IllegalArgumentException(
          "work '%s' is none of the queue of %s (expected: one given to Queues.open)"
              .formatted(work.name(), role.id()));
    }
    table.put(work.name(), id, json.writeValueAsBytes(data), Instant.now().plus(pause));
  }

  /** Whose queue this is. */
  public ServiceRole role() {
    return role;
  }

  /**
   * How much lies in it.
   *
   * @param waiting due or for later, not begun
   * @param running begun by some process
   * @param parked waits for a person
   * @param oldestSeconds for how long the longest waiting piece has been due
   */
  public record Depth(long waiting, long running, long parked, double oldestSeconds) {}

  /** How much lies in it now. */
  public Depth depth() {
    return table.depth();
  }

  /** What failed too often, newest first; at most 1,000. */
  public List<Parked> parked() {
    return table.parked();
  }

  /**
   * Starts, and tries once more what is parked: this build may know what the one before did not,
   * and who has mended the cause restarts.
   */
  @Override
  public void start() {
    int parked = table.retryParked(properties.tries() - 1);
    if (parked > 0) {
      LOG.info("{} parked in the queue of {} are tried once more", parked, role.id());
    }
    var tasks = works.stream().<Task<?>>map(this::task).toList();
    var started =
        Scheduler.create(database, tasks)
            .schedulerName(() ->
                "%s-%d-%s".formatted(role.id(), ProcessHandle.current().pid(), UUID.randomUUID()))
            .serializer(new Bytes())
            .tableName(table.name())
            .pollUsingLockAndFetch(0.5, 1)
            .threads(properties.threads())
            .executorService(Executors.newVirtualThreadPerTaskExecutor())
            .pollingInterval(properties.pollingInterval())
            .heartbeatInterval(properties.heartbeatInterval())
            .missedHeartbeatsLimit(properties.missedHeartbeats())
            .shutdownMaxWait(properties.shutdownWait())
            .build();
    started.start();
    scheduler = started;
  }

  @Override
  public void stop() {
    var running = scheduler;
    if (running != null) {
      scheduler = null;
      running.stop();
    }
  }

  @Override
  public boolean isRunning() {
    return scheduler != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  private void requireTransaction(String what) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException(
          what + " outside a transaction (expected: in the one that makes it true)");
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            wake();
          }
        });
  }

  private void wake() {
    var running = scheduler;
    if (running != null) {
      running.triggerCheckForDueExecutions();
    }
  }

  private <T> Task<byte[]> task(Work<T> work) {
    return Tasks.custom(work.name(), byte[].class)
        .onFailure((complete, operations) -> failed(work, complete, operations, cause(complete)))
        .onDeadExecution((complete, operations) ->
            failed(
                work,
                complete,
                operations,
                new IllegalStateException("the process that did it has died")))
        .execute((instance, _) -> run(work, instance));
  }

  private <T> CompletionHandler<byte[]> run(Work<T> work, TaskInstance<byte[]> instance) {
    try {
      var data = json.readValue(instance.getData(), work.data());
      Callers.as(
          Callers.service(role),
          () -> {
            work.body().run(data);
            return true;
          });
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new WorkFailed(e);
    }
    return this::done;
  }

  private void done(ExecutionComplete complete, ExecutionOperations<byte[]> operations) {
    var execution = complete.getExecution();
    transactions.executeWithoutResult(_ -> {
      table
          .wantedAgain(execution.getTaskName(), execution.getId())
          .ifPresentOrElse(due -> operations.reschedule(complete, due), operations::remove);
    });
    wake();
  }

  private void failed(
      Work<?> work,
      ExecutionComplete complete,
      ExecutionOperations<byte[]> operations,
      Throwable cause) {
    var execution = complete.getExecution();
    var failures = execution.consecutiveFailures + 1;
    if (isRefusal(cause) && !work.name().equals(DELIVER)) {
      LOG.warn("{} {} of {} ends: {}", work.name(), execution.getId(), role.id(), words(cause));
      done(complete, operations);
    } else if (isRefusal(cause) || failures >= triesFor(cause)) {
      park(execution, complete, operations, failures, cause);
    } else {
      var pause = properties.pauseAfter(failures);
      LOG.warn(
          "{} {} of {} failed, try {} follows in {}: {}",
          work.name(),
          execution.getId(),
          role.id(),
          failures + 1,
          pause,
          words(cause));
      operations.reschedule(complete, Instant.now().plus(pause));
    }
  }

  private void park(
      Execution execution,
      ExecutionComplete complete,
      ExecutionOperations<byte[]> operations,
      int failures,
      Throwable cause) {
    LOG.error(
        "{} {} of {} is parked after {} tries; when its cause is gone, restart the role: that tries it once more",
        execution.getTaskName(),
        execution.getId(),
        role.id(),
        failures,
        cause);
    transactions.executeWithoutResult(_ -> {
      operations.reschedule(complete, QueueTable.NEVER);
      table.note(execution.getTaskName(), execution.getId(), words(cause));
    });
  }

  private int triesFor(Throwable cause) {
    return cause instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE
        ? properties.triesWhileUnavailable()
        : properties.tries();
  }

  private static boolean isRefusal(Throwable cause) {
    return cause instanceof Problem problem
        && (problem.kind() == Problem.Kind.INVALID || problem.kind() == Problem.Kind.REFUSED);
  }

  private static String words(Throwable cause) {
    return cause instanceof Problem problem
        ? problem.explanation() + "; " + problem.remedy()
        : cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  private static Throwable cause(ExecutionComplete complete) {
    var cause = complete.getCause().orElseGet(() -> new IllegalStateException("no cause given"));
    return cause instanceof WorkFailed && cause.getCause() != null ? cause.getCause() : cause;
  }

  /** Carries a checked exception through db-scheduler. */
  private static final class WorkFailed extends RuntimeException {
    WorkFailed(Exception cause) {
      super(cause);
    }
  }

  /** The rows' data is JSON already. */
  private static final class Bytes implements Serializer {
    @Override
    public byte[] serialize(Object data) {
      return (byte[]) data;
    }

    @Override
    public <T> T deserialize(Class<T> type, byte[] data) {
      return type.cast(data);
    }
  }
}
