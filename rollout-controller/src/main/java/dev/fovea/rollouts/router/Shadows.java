package dev.fovea.rollouts.router;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.judge.Copies;
import dev.fovea.rollouts.router.Forwarding.Sent;
import dev.fovea.rollouts.router.WeightedRouter.Visit;
import dev.fovea.serving.ModelServer;
import dev.fovea.sideline.Sideline;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sends copies to shadows, on threads and connections of its own. Each shadow has its own bounds,
 * so that one that hangs takes nothing from another.
 */
final class Shadows implements AutoCloseable {
  private static final int AT_ONCE = 4;
  private static final int WAITING = 32;
  private static final ByteSize HELD = new ByteSize(32 << 20);

  private final WeightedRouter router;
  private final Forwarding forwarding;
  private final Map<Digest, Sideline> lanes = new HashMap<>();

  Shadows(WeightedRouter router, RouterLimits limits) {
    this.router = router;
    forwarding = Forwarding.ofCopies(limits);
  }

  /**
   * Sends a copy when there is room for it, else counts it as dropped. Never waits.
   *
   * @param copy its stay at the shadow, which ends with it
   * @param original what the client's answer named, if it was a good one
   */
  void offer(Visit copy, Sent sent, Optional<String> original) {
    boolean taken =
        lane(copy.backend().rollout()).offer(sent.body().length, () -> send(copy, sent, original));
    if (!taken) {
      copy.copied(new Copies(0, 0, 1));
      copy.close();
    }
  }

  private Sideline lane(Digest rollout) {
    synchronized (lanes) {
      var known = lanes.get(rollout);
      if (known != null) {
        return known;
      }
      lanes
          .entrySet()
          .removeIf(lane -> lane.getValue().underWay() == 0 && !router.shadowed(lane.getKey()));
      var lane = new Sideline(AT_ONCE, WAITING, HELD);
      lanes.put(rollout, lane);
      return lane;
    }
  }

  private void send(Visit copy, Sent sent, Optional<String> original) {
    try (copy) {
      if (!copy.current()) {
        return; // the stage that it was drawn for is over
      }
      long start = System.nanoTime();
      var received = forwarding.send(copy.backend(), sent.with(ModelServer.SHADOW, "1"));
      var outcome = InferenceGateway.outcome(received, System.nanoTime() - start);
      copy.ended(outcome);
      if (original.isPresent() && outcome.answer().isPresent()) {
        boolean differs = !original.equals(outcome.answer());
        copy.copied(new Copies(1, differs ? 1 : 0, 0));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    synchronized (lanes) {
      lanes.values().forEach(Sideline::close);
    }
    forwarding.close();
  }
}
