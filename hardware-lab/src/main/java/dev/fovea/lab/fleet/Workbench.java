package dev.fovea.lab.fleet;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Works off the jobs of one device of this process, one after another. Each job is taken under a
 * lease; while the agent measures, the lease is renewed at a third of its time, and when it can't
 * be, the agent is interrupted and whatever it still says is refused.
 */
final class Workbench {
  private static final Logger LOG = LoggerFactory.getLogger(Workbench.class);

  private final List<DeviceAgent> agents;
  private final Orders orders;
  private final ObjectStore objects;
  private final JsonMapper json;
  private final Limits limits;

  /**
   * @param renewEvery how often a lease is renewed
   * @param longest how long one job may take
   */
  record Limits(Duration renewEvery, Duration longest) {}

  Workbench(
      List<DeviceAgent> agents,
      Orders orders,
      ObjectStore objects,
      JsonMapper json,
      Limits limits) {
    this.agents = agents;
    this.orders = orders;
    this.objects = objects;
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
    for (var order = orders.take(device); order.isPresent(); order = orders.take(device)) {
      work(agent, order.get());
    }
  }

  private void work(DeviceAgent agent, Order order) throws InterruptedException, IOException {
    try {
      var assignment = order.assignment();
      long start = System.nanoTime();
      var measured = measured(agent, assignment, order.lease());
      var waited = Duration.ofNanos(System.nanoTime() - start);
      var raw = objects.put(json.writeValueAsString(measured).getBytes(StandardCharsets.UTF_8));
      orders.keep(
          order,
          Profiles.of(
              agent.device(), assignment, measured, raw, waited, Clock.systemUTC().instant()));
    } catch (LeaseLost e) {
      LOG.warn("{}; {}", e.explanation(), e.remedy());
    } catch (Problem e) {
      orders.settle(order, e);
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
          if (!orders.renew(lease)) {
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
}
