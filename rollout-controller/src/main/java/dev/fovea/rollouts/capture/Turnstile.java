package dev.fovea.rollouts.capture;

import dev.fovea.kernel.Digest;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets a few in at one time, and of one rollout fewer, so that a server that sends much or slowly
 * keeps no other out.
 */
final class Turnstile {
  private final int most;
  private final int mostOfOne;
  private final Map<Digest, Integer> inside = new HashMap<>();

  /**
   * @param most how many are inside at one time
   * @param mostOfOne how many of them are of one rollout; fewer than {@code most}
   */
  Turnstile(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** False where there is no room; whoever was let in leaves. */
  synchronized boolean enter(Digest rollout) {
    int all = inside.values().stream().mapToInt(Integer::intValue).sum();
    if (all >= most || inside.getOrDefault(rollout, 0) >= mostOfOne) {
      return false;
    }
    inside.merge(rollout, 1, Integer::sum);
    return true;
  }

  synchronized void leave(Digest rollout) {
    inside.computeIfPresent(rollout, (_, count) -> count == 1 ? null : count - 1);
  }
}
