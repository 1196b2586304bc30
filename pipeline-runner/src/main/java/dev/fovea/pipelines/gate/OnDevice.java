package dev.fovea.pipelines.gate;

import dev.fovea.lab.Profile;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.teamfile.Gate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Latencies and memory, of one variant or as the drop between both. */
final class OnDevice {
  private static final double BYTES_PER_MIB = 1 << 20;

  private OnDevice() {}

  static Finding of(Gate gate, Evidence evidence) {
    var device =
        gate.device()
            .orElseThrow(() -> new IllegalArgumentException("gate %s: no device".formatted(gate)));
    var int8 = evidence.of(Gate.Variant.INT8).profiles().get(device);
    var fp32 = evidence.of(Gate.Variant.FP32).profiles().get(device);
    if (int8 == null || fp32 == null) {
      return new Finding.Missing("device " + device, "the lab has no device %s".formatted(device));
    }
    var judged = gate.of() == Gate.Variant.INT8 ? int8 : fp32;
    var estimate =
        gate.drop() ? estimate(gate, fp32).minus(estimate(gate, int8)) : estimate(gate, judged);
    var on = "device %s, %,d samples".formatted(device, judged.samples());
    if (!Double.isFinite(gate.bound() == Gate.Bound.AT_MOST ? estimate.high() : estimate.low())) {
      return new Finding.TooFew(
          estimate,
          on,
          "%d samples, too few for an upper end of this percentile".formatted(judged.samples()),
          List.of());
    }
    var notes =
        Stream.of(note(judged), passes(gate, evidence.of(gate.of()).evaluation(), estimate))
            .filter(note -> !note.isEmpty())
            .collect(Collectors.joining("; "));
    return new Finding.Measured(estimate, on, notes, List.of());
  }

  private static Estimate estimate(Gate gate, Profile profile) {
    return switch (gate.measure()) {
      case LATENCY_P50 -> Estimate.of(profile.latencies().p50());
      case LATENCY_P90 -> Estimate.of(profile.latencies().p90());
      case LATENCY_P99 -> Estimate.of(profile.latencies().p99());
      default -> Estimate.exactly(profile.memory().bytes() / BYTES_PER_MIB);
    };
  }

  private static String note(Profile profile) {
    return profile.steady()
        ? ""
        : "the run was not steady: its second half was more than 10 % off the first";
  }

  /**
   * A profile is of one pass of the model. What an image in tiles takes is told beside it, not
   * judged: percentiles of a sum do not follow from those of its parts.
   */
  private static String passes(Gate gate, Evaluation evaluation, Estimate estimate) {
    if (gate.measure() == Gate.Measure.MEMORY
        || !(evaluation instanceof DetectedEvaluation detected)
        || detected.passes().isEmpty()) {
      return "";
    }
    var passes = detected.passes().get();
    var words = "of one pass; in tiles it takes " + passes.words();
    return gate.drop() || gate.measure() != Gate.Measure.LATENCY_P50
        ? words
        : String.format(Locale.ROOT, "%s, about %.1f ms", words, estimate.value() * passes.mean());
  }
}
