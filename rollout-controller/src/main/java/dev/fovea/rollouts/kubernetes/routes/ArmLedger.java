package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.judge.Copies;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.router.TrafficRouter.Totals;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * What is new in the readings of one rollout's pods, counted once.
 *
 * <p>The first readings are where counting begins: this process may have been started anew, and
 * what its predecessor took is not taken again. What the pods answered between the predecessor's
 * last window and this reading is in no window, good and bad alike. After that a pod that was
 * started since counts from its first request, and one that was started again appears as another.
 * What a pod answered between its last reading and its end is lost.
 */
final class ArmLedger {
  private static final int MOST_PODS = 512;

  private final Map<UUID, Reading> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Reading> eldest) {
          return size() > MOST_PODS;
        }
      };
  private final LongSupplier nanos;
  private OptionalLong begun = OptionalLong.empty();
  private long answered;
  private long failed;
  private long total;
  private long errors;
  private long rated;
  private final Map<Integer, Long> latencies = new HashMap<>();
  private final Map<Integer, Long> confidences = new HashMap<>();
  private Copies copies = Copies.NONE;

  /**
   * @param nanos a clock that only goes on
   */
  ArmLedger(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Adds what is new.
   *
   * @throws IllegalStateException when a pod counted backwards; then nothing is added
   */
  synchronized void absorb(List<Reading> readings) {
    var news = readings.stream().map(this::news).toList();
    readings.forEach(reading -> last.put(reading.boot(), reading));
    if (begun.isEmpty()) {
      begun = readings.isEmpty() ? begun : OptionalLong.of(nanos.getAsLong());
      return;
    }
    for (var each : news) {
      answered += each.answered();
      failed += each.failed();
      total += each.total();
      errors += each.errors();
      rated += each.rated();
      copies = copies.plus(each.copies());
      each.latencies().forEach((bucket, count) -> latencies.merge(bucket, count, Long::sum));
      each.confidences().forEach((bucket, count) -> confidences.merge(bucket, count, Long::sum));
    }
  }

  private Reading news(Reading now) {
    var before = last.get(now.boot());
    if (before == null) {
      return olderThanThis(now) ? less(now, now) : now;
    }
    if (backwards(now.copies(), before.copies())) {
      throw backwards(now, before);
    }
    var news = less(now, before);
    if (news.answered() < 0
        || news.failed() < 0
        || news.total() < 0
        || news.errors() < 0
        || news.rated() < 0
        || news.latencies().values().stream().anyMatch(count -> count < 0)
        || news.confidences().values().stream().anyMatch(count -> count < 0)) {
      throw backwards(now, before);
    }
    return news;
  }

  private static boolean backwards(Copies now, Copies before) {
    long disagreed = now.disagreed() - before.disagreed();
    return disagreed < 0
        || now.compared() - before.compared() < disagreed
        || now.dropped() < before.dropped();
  }

  private static IllegalStateException backwards(Reading now, Reading before) {
    return new IllegalStateException(
        "the process %s counted backwards: %s after %s".formatted(now.boot(), now, before));
  }

  /** Whether a pod that is seen for the first time has counted since before the first reading. */
  private boolean olderThanThis(Reading reading) {
    return begun.isPresent()
        && reading.upMillis() * 1_000_000 >= nanos.getAsLong() - begun.getAsLong();
  }

  private static Reading less(Reading now, Reading before) {
    return new Reading(
        now.boot(),
        now.upMillis(),
        now.answered() - before.answered(),
        now.failed() - before.failed(),
        now.total() - before.total(),
        now.errors() - before.errors(),
        now.rated() - before.rated(),
        now.underWay(),
        less(now.latencies(), before.latencies()),
        less(now.confidences(), before.confidences()),
        new Copies(
            now.copies().compared() - before.copies().compared(),
            now.copies().disagreed() - before.copies().disagreed(),
            now.copies().dropped() - before.copies().dropped()));
  }

  private static Map<Integer, Long> less(Map<Integer, Long> now, Map<Integer, Long> before) {
    var less = new HashMap<>(now);
    before.forEach((bucket, count) -> less.merge(bucket, -count, Long::sum));
    less.values().removeIf(count -> count == 0);
    return less;
  }

  /** What came in since the last call. */
  synchronized ArmCounts take(double unsureBelow) {
    long unsure =
        confidences.entrySet().stream()
            .filter(each -> each.getKey() < unsureBelow * 1000)
            .mapToLong(Map.Entry::getValue)
            .sum();
    var counts = new ArmCounts(total, errors, rated, unsure, new Latencies(latencies), copies);
    forget();
    return counts;
  }

  /** What came in since the last call is never taken. */
  synchronized void forget() {
    total = 0;
    errors = 0;
    rated = 0;
    latencies.clear();
    confidences.clear();
    copies = Copies.NONE;
  }

  /** Everything since the first reading. */
  synchronized Totals totals() {
    return new Totals(answered, failed);
  }
}
