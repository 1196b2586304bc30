package dev.fovea.pipelines.release;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Lab;
import dev.fovea.lab.ProfileJob;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.job.BatchRuns;
import dev.fovea.pipelines.job.BatchRuns.End;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.Job;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs a release until it ends, waits or fails, and says which. */
final class ReleaseRunner {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseRunner.class);
  private static final int TRIES = 3;

  private final BatchRuns runs;
  private final Job job;
  private final Orders orders;
  private final Lab lab;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;
  private final Consumer<Digest> again;
  private final Consumer<Digest> changed;

  /** The row of the queue: which release to run. */
  record Due(Digest release) {}

  /** A release that is tried again by the queue. */
  private static final class TriedAgain extends RuntimeException {
    TriedAgain(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  /**
   * @param events where events go; called in a transaction
   * @param again has the release run once more; called in a transaction
   * @param changed hears of every release that has ended; called in a transaction
   */
  ReleaseRunner(
      BatchRuns runs,
      Job job,
      Orders orders,
      Lab lab,
      TransactionTemplate transactions,
      Consumer<Object> events,
      Consumer<Digest> again,
      Consumer<Digest> changed) {
    this.runs = runs;
    this.job = job;
    this.orders = orders;
    this.lab = lab;
    this.transactions = transactions;
    this.events = events;
    this.again = again;
    this.changed = changed;
  }

  /** Runs it; throws what the queue should try again. */
  void run(Due due) throws Exception {
    var release = due.release();
    switch (runs.run(job, release)) {
      case End.Completed _ -> completed(release);
      case End.Waiting _ -> waiting(release);
      case End.Failed failed -> failed(release, failed);
    }
  }

  private void completed(Digest release) {
    var order = orders.load(release);
    var view = orders.find(order.project(), release).orElseThrow();
    var verdict =
        view.verdict()
            .orElseThrow(() -> new IllegalStateException("a completed release has a verdict"));
    var state = verdict.passed() ? State.RELEASED : State.REFUSED;
    stands(order, state, GateStep.summary(verdict));
  }

  /**
   * The lab's event may have come before it was written down that the release waits for it: so the
   * lab is asked once more. A heavy job is watched instead.
   */
  private void waiting(Digest release) {
    var order = orders.load(release);
    var jobs = orders.awaited(release);
    if (jobs.isEmpty()) {
      transactions.executeWithoutResult(
          _ -> orders.stands(release, State.WAITING, "it waits for a heavy job"));
      return;
    }
    transactions.executeWithoutResult(
        _ -> orders.stands(release, State.WAITING, "it waits for the lab to profile both models"));
    LOG.info(
        "release {} of {} {} waits for {} profiles",
        release.abbreviated(),
        order.model(),
        order.number(),
        jobs.size());
    boolean ready =
        jobs.stream()
            .map(lab::job)
            .allMatch(job ->
                job.state() == ProfileJob.State.DONE || job.state() == ProfileJob.State.FAILED);
    if (ready) {
      transactions.executeWithoutResult(_ -> again.accept(release));
    }
  }

  private void failed(Digest release, End.Failed failed) {
    var order = orders.load(release);
    if (failed.cause() instanceof Problem problem && problem.kind() == Problem.Kind.REFUSED) {
      stands(order, State.REFUSED, failed.reason());
    } else if (!failed.worthAnotherTry()
        || (!unavailable(failed) && orders.tried(release) >= TRIES)) {
      LOG.error("release {} failed", release.abbreviated(), failed.cause());
      stands(order, State.FAILED, failed.reason());
    } else {
      var reason = "it is tried again: " + failed.reason();
      transactions.executeWithoutResult(_ -> orders.stands(release, State.RUNNING, reason));
      throw failed.cause() instanceof Problem problem
          ? problem
          : new TriedAgain(reason, failed.cause());
    }
  }

  private void stands(Order order, State state, String reason) {
    LOG.info(
        "release {} of {} {}: {}, {}",
        order.digest().abbreviated(),
        order.model(),
        order.number(),
        state,
        reason);
    var audited =
        new Audited(
            UUID.nameUUIDFromBytes((order.digest() + " " + state).getBytes(StandardCharsets.UTF_8)),
            order.project().text(),
            order.requestedBy(),
            "asked for release",
            order.digest().toString(),
            state == State.RELEASED ? "done" : "refused: " + reason,
            Clock.systemUTC().instant());
    transactions.executeWithoutResult(_ -> {
      orders.stands(order.digest(), state, reason);
      events.accept(audited);
      changed.accept(order.digest());
    });
  }

  private static boolean unavailable(End.Failed failed) {
    return failed.cause() instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE;
  }
}
