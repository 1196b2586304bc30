package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedSweep;
import dev.fovea.pipelines.evaluate.SweepEvaluation;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Sweep;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Rules on every gate. A value decides by itself, not by its interval: a limit in the team file is
 * where the team draws the line for what is measured, and a rule that only passes when the whole
 * interval does would ask for test splits that nobody has. The interval is shown beside the value.
 * Where a measure rests on too few images or samples, the ruling is inconclusive, which doesn't
 * pass.
 */
public final class Judge {
  private static final double BYTES_PER_MIB = 1 << 20;

  private Judge() {}

  /** The verdict on these rules, in their order. */
  public static Verdict on(List<Gate> gates, Evidence evidence) {
    var rulings = gates.stream().map(gate -> ruling(gate, find(gate, evidence))).toList();
    return new Verdict(
        rulings.stream().allMatch(ruling -> ruling.outcome() == Outcome.PASS), rulings);
  }

  private static Finding find(Gate gate, Evidence evidence) {
    return switch (gate.measure()) {
      case ACCURACY, MACRO_RECALL, WORST_RECALL -> ofClasses(gate, evidence);
      case ACCURACY_UNDER, MAP_UNDER -> underFault(gate, evidence.of(gate));
      case MAP, MAP50, MAP_SMALL, MAP_MEDIUM, MAP_LARGE, WORST_AP -> ofObjects(gate, evidence);
      case LATENCY_P50, LATENCY_P90, LATENCY_P99, MEMORY -> OnDevice.of(gate, evidence);
      case SIZE -> size(gate, evidence);
    };
  }

  private static Finding ofClasses(Gate gate, Evidence evidence) {
    return evidence.of(Gate.Variant.FP32).evaluation() instanceof ClassifiedEvaluation fp32
            && evidence.of(Gate.Variant.INT8).evaluation() instanceof ClassifiedEvaluation int8
        ? Shares.of(gate, fp32, int8)
        : new Finding.Missing(
            "the test split",
            "its images hold objects (expected: a measure of what a detector finds, such as map)");
  }

  private static Finding underFault(Gate gate, UnderFault evaluation) {
    return switch (evaluation) {
      case SweepEvaluation classified when gate.measure() == Measure.ACCURACY_UNDER ->
          Robustness.of(gate, classified);
      case DetectedSweep detected when gate.measure() == Measure.MAP_UNDER ->
          LeastPrecision.of(gate, detected);
      case SweepEvaluation _, DetectedSweep _ ->
          new Finding.Missing(
              "the test split",
              "it was evaluated as another kind of model (expected: one that %s measures)"
                  .formatted(gate.measure().written()));
    };
  }

  private static Finding ofObjects(Gate gate, Evidence evidence) {
    return evidence.of(Gate.Variant.FP32).evaluation() instanceof DetectedEvaluation fp32
            && evidence.of(Gate.Variant.INT8).evaluation() instanceof DetectedEvaluation int8
        ? Precisions.of(gate, fp32, int8)
        : new Finding.Missing(
            "the test split",
            "its images have one class each (expected: a measure of a classifier, such as"
                + " accuracy)");
  }

  private static Finding size(Gate gate, Evidence evidence) {
    double fp32 = evidence.of(Gate.Variant.FP32).size().bytes() / BYTES_PER_MIB;
    double int8 = evidence.of(Gate.Variant.INT8).size().bytes() / BYTES_PER_MIB;
    double size = gate.drop() ? fp32 - int8 : gate.of() == Gate.Variant.INT8 ? int8 : fp32;
    return new Finding.Measured(Estimate.exactly(size), "the model file", "", List.of());
  }

  private static Ruling ruling(Gate gate, Finding finding) {
    return switch (finding) {
      case Finding.Measured(var estimate, _, var note, var frames, var curve) -> {
        boolean passed = gate.allows(estimate.value());
        var explanation =
            "%s is %s%s, %s the limit of %s%s"
                .formatted(
                    rule(gate),
                    shown(gate, estimate.value()),
                    interval(gate, estimate),
                    passed ? "within" : "beyond",
                    shown(gate, gate.limit()),
                    note.isEmpty() ? "" : "; " + note);
        yield ruling(
            gate,
            finding,
            passed ? Outcome.PASS : Outcome.FAIL,
            estimate,
            explanation,
            frames,
            curve);
      }
      case Finding.TooFew(var estimate, _, var why, var frames, var curve) ->
          ruling(
              gate,
              finding,
              Outcome.INCONCLUSIVE,
              estimate,
              "%s is %s%s, but that rests on %s"
                  .formatted(
                      rule(gate), shown(gate, estimate.value()), interval(gate, estimate), why),
              frames,
              curve);
      case Finding.Missing(var on, var why) ->
          ruling(
              gate,
              finding,
              Outcome.ERROR,
              Estimate.exactly(Double.NaN),
              "%s could not be measured on %s: %s".formatted(rule(gate), on, why),
              List.of(),
              Optional.empty());
    };
  }

  private static Ruling ruling(
      Gate gate,
      Finding finding,
      Outcome outcome,
      Estimate estimate,
      String explanation,
      List<Verdict.Deciding> frames,
      Optional<Curve> curve) {
    return new Ruling(
        rule(gate),
        gate.line(),
        outcome,
        (gate.bound() == Gate.Bound.AT_LEAST ? "at least " : "at most ")
            + shown(gate, gate.limit()),
        gate.limit(),
        estimate.value(),
        estimate.low(),
        estimate.high(),
        gate.measure().unit(),
        finding.on(),
        explanation,
        frames,
        curve);
  }

  /** The rule's measure in words, without its limit. */
  public static String rule(Gate gate) {
    var of =
        gate.drop()
            ? "drop of %s from fp32 to int8".formatted(gate.measure().written())
            : "%s of %s"
                .formatted(gate.measure().written(), gate.of().name().toLowerCase(Locale.ROOT));
    return gate.sweep().map(sweep -> under(gate, sweep)).orElse(of)
        + gate.slice().map(slice -> " on slice " + slice).orElse("")
        + gate.device().map(device -> " on " + device).orElse("");
  }

  private static String interval(Gate gate, Estimate estimate) {
    return estimate.low() == estimate.high()
        ? ""
        : " (95 % interval "
            + shown(gate, estimate.low())
            + " to "
            + shown(gate, estimate.high())
            + ")";
  }

  private static String under(Gate gate, Sweep sweep) {
    var unit = sweep.kind().unit();
    return "least %s of %s under %s of %s to %s"
        .formatted(
            gate.measure() == Measure.MAP_UNDER ? "map" : "accuracy",
            gate.of().name().toLowerCase(Locale.ROOT),
            sweep.kind().written(),
            Curve.shown(sweep.from(), unit),
            Curve.shown(sweep.to(), unit));
  }

  private static String shown(Gate gate, double value) {
    var unit = gate.measure().unit();
    if (Double.isInfinite(value)) {
      return "no end";
    }
    if (unit.isEmpty()) {
      return String.format(Locale.ROOT, gate.drop() ? "%.2f pp" : "%.2f %%", value * 100);
    }
    return String.format(Locale.ROOT, "%.3f %s", value, unit);
  }
}
