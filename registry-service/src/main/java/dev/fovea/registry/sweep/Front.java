package dev.fovea.registry.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Those that no other beats: none is at least as good in both ways and better in one. Equal ones
 * stay beside each other.
 */
final class Front {
  private Front() {}

  /**
   * The front of some things, from the best by loss to the fastest.
   *
   * @param loss the smaller the better; not NaN
   * @param latency the smaller the better; finite
   */
  static <T> List<T> of(List<T> all, ToDoubleFunction<T> loss, ToDoubleFunction<T> latency) {
    var sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingDouble(loss).thenComparingDouble(latency));
    var front = new ArrayList<T>();
    for (var one : sorted) {
      if (front.isEmpty()) {
        front.add(one);
        continue;
      }
      var fastest = front.getLast();
      boolean isFaster = latency.applyAsDouble(one) < latency.applyAsDouble(fastest);
      boolean isEqual =
          latency.applyAsDouble(one) == latency.applyAsDouble(fastest)
              && loss.applyAsDouble(one) == loss.applyAsDouble(fastest);
      if (isFaster || isEqual) {
        front.add(one);
      }
    }
    return front;
  }
}
