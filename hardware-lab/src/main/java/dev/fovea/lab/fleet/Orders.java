package dev.fovea.lab.fleet;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Profile;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.lab.ProfileJob;
import dev.fovea.lab.agent.AgentFailed;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What devices are to do, and what becomes of it. Everything stands in the database, and nothing is
 * remembered here: whoever asks next, in whatever process, goes on from what is written. A job
 * whose lease has ended is given to the next device that asks and may have it; nobody needs to
 * notice that the first one died.
 */
public final class Orders {
  private static final Logger LOG = LoggerFactory.getLogger(Orders.class);
  private static final int ATTEMPTS = 3;

  private final Devices devices;
  private final Jobs jobs;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;

  /**
   * @param events where events go; called in a transaction
   */
  Orders(Devices devices, Jobs jobs, TransactionTemplate transactions, Consumer<Object> events) {
    this.devices = devices;
    this.jobs = jobs;
    this.transactions = transactions;
    this.events = events;
  }

  /**
   * The next job of a device of this process, under a lease.
   *
   * @throws AgentFailed when another process has the device
   */
  Optional<Order> take(Name device) {
    return inTransaction(() -> {
      if (!devices.free(device)) {
        throw new AgentFailed(
            device.text(), "it is leased to another process", "wait until the lease ends");
      }
      return next(device, "");
    });
  }

  /**
   * The next job of a device that asks for itself, under a lease. A device that asks measures
   * nothing, so what it held before is over; only the same question again gets the same answer, for
   * the first one may have been lost on its way.
   *
   * @param question unique to this question
   */
  public Optional<Order> takeAnew(Name device, String question) {
    return inTransaction(() -> {
      if (devices.asked(device, question)) {
        var answered = jobs.held(device);
        if (answered.isPresent()) {
          return answered;
        }
      }
      return next(device, question);
    });
  }

  /** What the device holds now, even when its lease has run out, as long as nobody else has it. */
  public Optional<Order> held(Name device) {
    return jobs.held(device);
  }

  /** Where a job stands. */
  public Optional<ProfileJob> job(Digest id) {
    return jobs.find(id);
  }

  /** Lengthens the lease; false when somebody else has the device or the job now. */
  public boolean renew(Lease lease) {
    return devices.renew(lease);
  }

  /**
   * Keeps a profile and gives the device back.
   *
   * @throws LeaseLost when the lease is no longer the device's
   */
  public void keep(Order order, Profile profile) {
    var project = order.request().project();
    var node = new LineageNode(Kind.PROFILE, profile.digest(), "profile on " + profile.device());
    var variant =
        new LineageNode(Kind.VARIANT, profile.model(), "model " + profile.model().abbreviated());
    var device = LineageNode.named(Kind.DEVICE, profile.device().text(), profile.device().text());
    transactions.executeWithoutResult(_ -> {
      devices.giveBack(order.lease());
      if (!jobs.done(order.lease(), profile)) {
        throw lost(order.lease());
      }
      events.accept(new LineageLinked(project, variant, "measured as", node, profile.at()));
      events.accept(new LineageLinked(project, device, "measured on", node, profile.at()));
      events.accept(new ProfileFinished(order.job()));
    });
  }

  /**
   * Ends an order without a profile and gives the device back. A device that failed is given
   * another chance, up to three; what the model or the agent got wrong is not tried again.
   *
   * @throws LeaseLost when the lease is no longer the device's
   */
  public void settle(Order order, Problem why) {
    boolean again = why instanceof AgentFailed && order.attempts() < ATTEMPTS;
    LOG.warn(
        "profile {} on {}: {}",
        order.job().abbreviated(),
        order.lease().device(),
        why.explanation());
    transactions.executeWithoutResult(_ -> {
      devices.giveBack(order.lease());
      if (again) {
        if (!jobs.again(order.lease())) {
          throw lost(order.lease());
        }
      } else if (jobs.failed(order.lease(), why.explanation() + "; " + why.remedy())) {
        events.accept(new ProfileFinished(order.job()));
      } else {
        throw lost(order.lease());
      }
    });
  }

  private Optional<Order> next(Name device, String question) {
    for (var next = jobs.next(device); next.isPresent(); next = jobs.next(device)) {
      var job = next.get();
      if (job.attempts() >= ATTEMPTS) {
        giveUp(device, job);
      } else {
        var lease = devices.lease(device, job.id(), question);
        jobs.begun(lease);
        return jobs.held(device);
      }
    }
    devices.release(device);
    return Optional.empty();
  }

  private void giveUp(Name device, Jobs.Next job) {
    var why =
        new AgentFailed(
            device.text(),
            "it died with this job %d times".formatted(job.attempts()),
            "look at the log of the process that measured; the model may bring ONNX Runtime down");
    LOG.warn("profile {}: {}", job.id().abbreviated(), why.explanation());
    jobs.abandoned(job.id(), why.explanation() + "; " + why.remedy());
    events.accept(new ProfileFinished(job.id()));
  }

  private static LeaseLost lost(Lease lease) {
    return new LeaseLost(lease.device().text(), lease.fence());
  }

  private Optional<Order> inTransaction(java.util.function.Supplier<Optional<Order>> work) {
    return Objects.requireNonNull(transactions.execute(_ -> work.get()));
  }
}
