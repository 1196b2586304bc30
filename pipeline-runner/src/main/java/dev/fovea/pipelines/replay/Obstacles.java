package dev.fovea.pipelines.replay;

import dev.fovea.lab.Profile;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Measures.Swept;
import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.Sweep;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a rule cannot be held against what a release recorded: it measured something else, or was
 * made in another way.
 *
 * @param then how the release was made
 * @param now how the policy would make one
 */
record Obstacles(Measures measures, ReleaseSpec then, ReleaseSpec now) {
  /** Empty where nothing is in the way. */
  Optional<String> to(Gate gate) {
    boolean ofAnswers = gate.measure().unit().isEmpty();
    if (ofAnswers && !now.dataset().equals(then.dataset())) {
      return Optional.of(
          "it was measured on the dataset %s, and the policy names %s"
              .formatted(then.dataset(), now.dataset()));
    }
    if (ofAnswers && !now.detector().equals(then.detector())) {
      return Optional.of("its outputs were read in another way: 'detector' was otherwise");
    }
    if (needsInputs(gate) && !now.preprocess().equals(then.preprocess())) {
      return Optional.of("its images became inputs in another way: 'preprocess' was otherwise");
    }
    if (needsInt8(gate) && !now.quantize().equals(then.quantize())) {
      return Optional.of("its INT8 model was made in another way: 'quantize' was otherwise");
    }
    if (gate.sweep().isPresent() && swept(gate).isEmpty()) {
      return Optional.of(unswept(gate, gate.sweep().get()));
    }
    return gate.device()
        .filter(device ->
            profile(gate, Variant.FP32).isEmpty() || profile(gate, Variant.INT8).isEmpty())
        .map(device -> "it was not profiled on %s".formatted(device));
  }

  /** The evaluation that a rule about a fault is about. */
  Optional<Swept> swept(Gate gate) {
    return measures.sweeps().stream()
        .filter(swept ->
            swept.of() == gate.of()
                && gate.sweep().filter(swept.sweep()::equals).isPresent()
                && swept.slice().equals(gate.slice()))
        .findFirst();
  }

  private Optional<Profile> profile(Gate gate, Variant variant) {
    return measures
        .form(variant)
        .flatMap(form ->
            form.profiles().stream()
                .filter(profile -> gate.device().filter(profile.device()::equals).isPresent())
                .findFirst());
  }

  /** All but the size of the exported model, to which no image was shown. */
  private static boolean needsInputs(Gate gate) {
    return gate.measure() != Measure.SIZE || needsInt8(gate);
  }

  private static boolean needsInt8(Gate gate) {
    return gate.drop() || gate.of() == Variant.INT8;
  }

  private static String unswept(Gate gate, Sweep sweep) {
    var unit = sweep.kind().unit();
    return "%s was not put under %s of %s to %s%s"
        .formatted(
            gate.of().name().toLowerCase(Locale.ROOT),
            sweep.kind().written(),
            Curve.shown(sweep.from(), unit),
            Curve.shown(sweep.to(), unit),
            gate.slice().map(slice -> " on slice " + slice).orElse(""));
  }
}
