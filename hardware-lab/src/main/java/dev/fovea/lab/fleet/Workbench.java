package dev.fovea.lab.fleet;

import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Profile;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.lab.agent.AgentFailed;
import dev.fovea.lab.agent.Assignment;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.lab.agent.Measurement;
import dev.fovea.lab.profiling.Profiles;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Works off the jobs of one device, one after another. Each job is taken under a lease; while the
 * agent measures, the lease is renewed at a third of its time, and when it can't be, the agent is
 * interrupted and whatever it still says is refused.
 */
final class Workbench {
  private static final Logger LOG = LoggerFactory.getLogger(Workbench.class);
  private static final int ATTEMPTS = 3;

  private final List<DeviceAgent> agents;
  private final Devices devices;
  private final Jobs jobs;
  private final ObjectStore objects;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;
  private final JsonMapper json;
  private final Limits limits;

  /**
   * @param renewEvery how often a lease is renewed
   * @param longest how long one job may take
   */
  record Limits(Duration renewEvery, Duration longest) {}

  /** A job with the lease that it was taken under. */
  private record Taken(Jobs.Next job, Lease lease) {}

  /**
   * @param events where events go; called in a transaction
   */
  Workbench(
      List<DeviceAgent> agents,
      Devices devices,
      Jobs jobs,
      ObjectStore objects,
      TransactionTemplate transactions,
      Consumer<Object> events,
      JsonMapper json,
      Limits limits) {
    this.agents = agents;
    this.devices = devices;
    this.jobs = jobs;
    this.objects = objects;
    this.transactions = transactions;
    this.events = events;
    this.json = json;
    this.limits = limits;
  }

  /**
   * Works until the device has no job left.
   *
   * @throws AgentFailed when the device can't be had or its agent is not here; the queue comes back
   *     later
   */
  void workOff(Name device) throws InterruptedException, IOException {
    var agent =
        agents.stream()
            .filter(each -> each.device().equals(device))
            .findFirst()
            .orElseThrow(() ->
                new AgentFailed(
                    device.text(),
                    "its agent does not run here",
                    "start Fovea where the device is"));
    for (var taken = take(device); taken.isPresent(); taken = take(device)) {
      work(agent, taken.get());
    }
  }

  private Optional<Taken> take(Name device) {
    return transactions.execute(_ -> {
      if (!devices.free(device)) {
        throw new AgentFailed(
            device.text(), "it is leased to another process", "wait until the lease ends");
      }
      var next = jobs.next(device);
      next.ifPresent(job -> jobs.begun(job.id()));
      return next.map(job -> new Taken(job, devices.lease(device, job.id())));
    });
  }

  private void work(DeviceAgent agent, Taken taken) throws InterruptedException, IOException {
    var job = taken.job();
    try {
      if (job.attempts() >= ATTEMPTS) {
        throw new AgentFailed(
            agent.device().text(),
            "it died with this job %d times".formatted(job.attempts()),
            "look at the process's own log; the model may bring ONNX Runtime down");
      }
      var request = job.request();
      var assignment =
          new Assignment(request.model(), request.input(), request.warmUp(), request.samples());
      long start = System.nanoTime();
      var measured = measured(agent, assignment, taken.lease());
      var waited = Duration.ofNanos(System.nanoTime() - start);
      var raw = objects.put(json.writeValueAsString(measured).getBytes(StandardCharsets.UTF_8));
      keep(
          taken,
          Profiles.of(
              agent.device(), assignment, measured, raw, waited, Clock.systemUTC().instant()));
    } catch (LeaseLost e) {
      LOG.warn("{}; {}", e.explanation(), e.remedy());
    } catch (Problem e) {
      settle(taken, e, e instanceof AgentFailed && job.attempts() + 1 < ATTEMPTS);
    }
  }

  private Measurement measured(DeviceAgent agent, Assignment assignment, Lease lease)
      throws InterruptedException {
    var task = new FutureTask<>(() -> agent.measure(assignment));
    // A platform thread: a virtual one would be moved between carriers while it is timed.
    Thread.ofPlatform().daemon().name("profile-" + agent.device()).start(task);
    long deadline = System.nanoTime() + limits.longest().toNanos();
    try {
      while (true) {
        try {
          return task.get(limits.renewEvery().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
          if (!devices.renew(lease)) {
            throw new LeaseLost(lease.device().text(), lease.fence());
          }
          if (System.nanoTime() > deadline) {
            throw new AgentFailed(
                agent.device().text(),
                "no result within %s".formatted(limits.longest()),
                "ask for fewer samples, or raise fovea.lab.longest-job");
          }
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Problem problem
          ? problem
          : new AgentFailed(
              agent.device().text(), String.valueOf(e.getCause()), "look at the agent's log");
    } finally {
      task.cancel(true);
    }
  }

  private void keep(Taken taken, Profile profile) {
    var project = taken.job().request().project();
    var node = new LineageNode(Kind.PROFILE, profile.digest(), "profile on " + profile.device());
    var variant =
        new LineageNode(Kind.VARIANT, profile.model(), "model " + profile.model().abbreviated());
    var device = LineageNode.named(Kind.DEVICE, profile.device().text(), profile.device().text());
    transactions.executeWithoutResult(_ -> {
      devices.giveBack(taken.lease());
      jobs.done(taken.job().id(), profile);
      events.accept(new LineageLinked(project, variant, "measured as", node, profile.at()));
      events.accept(new LineageLinked(project, device, "measured on", node, profile.at()));
      events.accept(new ProfileFinished(taken.job().id()));
    });
  }

  private void settle(Taken taken, Problem why, boolean again) {
    LOG.warn(
        "profile {} on {}: {}",
        taken.job().id().abbreviated(),
        taken.lease().device(),
        why.explanation());
    transactions.executeWithoutResult(_ -> {
      devices.giveBack(taken.lease());
      if (again) {
        jobs.again(taken.job().id());
      } else {
        jobs.failed(taken.job().id(), why.explanation() + "; " + why.remedy());
        events.accept(new ProfileFinished(taken.job().id()));
      }
    });
  }
}
