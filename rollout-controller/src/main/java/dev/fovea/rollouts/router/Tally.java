package dev.fovea.rollouts.router;

import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.judge.Copies;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.router.TrafficRouter.Totals;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What one backend did: counted by many threads, taken by one. */
final class Tally {
  private final Map<Integer, Long> latencies = new HashMap<>();
  private long underWay;
  private long stratum;
  private long total;
  private long errors;
  private long rated;
  private long unsure;
  private Copies copies = Copies.NONE;
  private long answered;
  private long failed;

  /**
   * How one request ended.
   *
   * @param answer a word that is the same for the same classes, where the model names any
   */
  record Outcome(boolean good, long nanos, OptionalDouble confidence, Optional<String> answer) {}

  /**
   * @param counted whether lots were drawn for it, in this stratum
   */
  synchronized void add(Outcome outcome, boolean counted, long begunIn, double unsureBelow) {
    if (outcome.good()) {
      answered++;
    } else {
      failed++;
    }
    if (!counted || begunIn != stratum) {
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

  /** A copy's answer beside its original's, or a copy that was not sent. */
  synchronized void add(Copies more, long begunIn) {
    if (begunIn == stratum) {
      copies = copies.plus(more);
    }
  }

  synchronized ArmCounts take() {
    var counts = new ArmCounts(total, errors, rated, unsure, new Latencies(latencies), copies);
    forget();
    return counts;
  }

  /**
   * From now on traffic is split in another way; what came of the former way is no more counted.
   */
  synchronized void nextStratum() {
    stratum++;
    forget();
  }

  private void forget() {
    latencies.clear();
    total = 0;
    errors = 0;
    rated = 0;
    unsure = 0;
    copies = Copies.NONE;
  }

  synchronized Totals totals() {
    return new Totals(answered, failed);
  }

  /** Enters a request. Returns the stratum that it belongs to. */
  synchronized long begin() {
    underWay++;
    return stratum;
  }

  synchronized void end() {
    underWay--;
  }

  synchronized long underWay() {
    return underWay;
  }

  synchronized boolean current(long begunIn) {
    return begunIn == stratum;
  }
}
