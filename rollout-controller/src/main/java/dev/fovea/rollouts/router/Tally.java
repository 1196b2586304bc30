package dev.fovea.rollouts.router;

import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.router.TrafficRouter.Totals;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/** What one backend did: counted by many threads, taken by one. */
final class Tally {
  private final Map<Integer, Long> latencies = new HashMap<>();
  private final AtomicLong underWay = new AtomicLong();
  private long total;
  private long errors;
  private long rated;
  private long unsure;
  private long answered;
  private long failed;

  /** How one request ended. */
  record Outcome(boolean good, long nanos, OptionalDouble confidence) {}

  synchronized void add(Outcome outcome, boolean drawn, double unsureBelow) {
    if (outcome.good()) {
      answered++;
    } else {
      failed++;
    }
    if (!drawn) {
      return;
    }
    total++;
    if (!outcome.good()) {
      errors++;
      return;
    }
    latencies.merge(Latencies.bucketOf(outcome.nanos()), 1L, Long::sum);
    if (outcome.confidence().isPresent()) {
      rated++;
      // Written so that a confidence that is no number counts as unsure.
      if (!(outcome.confidence().getAsDouble() >= unsureBelow)) {
        unsure++;
      }
    }
  }

  synchronized ArmCounts take() {
    var counts = new ArmCounts(total, errors, rated, unsure, new Latencies(latencies));
    latencies.clear();
    total = 0;
    errors = 0;
    rated = 0;
    unsure = 0;
    return counts;
  }

  synchronized Totals totals() {
    return new Totals(answered, failed);
  }

  void begin() {
    underWay.incrementAndGet();
  }

  void end() {
    underWay.decrementAndGet();
  }

  long underWay() {
    return underWay.get();
  }
}
