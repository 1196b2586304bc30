package dev.fovea.pipelines.quantize;

import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.ReleaseSpec.PruneSpec;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Method;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Target;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Type;
import dev.fovea.teamfile.TilesSpec;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How a team file wants its INT8 model made. */
public record Choices(ReleaseSpec release) {
  private static final double PERCENTILE = 99.99;

  private QuantizeSpec quantize() {
    return release.quantize();
  }

  /** Whether a search chooses, within the budget that the team file gives. */
  public boolean searched() {
    return quantize().search().isPresent();
  }

  /** How ranges are found. */
  CalibrationMethod method() {
    return switch (quantize().method()) {
      case MIN_MAX -> CalibrationMethod.minMax();
      case PERCENTILE -> CalibrationMethod.percentile(PERCENTILE);
      case MSE -> CalibrationMethod.meanSquare();
      case ENTROPY -> CalibrationMethod.entropy(quantize().target() == Target.TENSORRT);
    };
  }

  /** For whom the model is made. */
  public QuantizationProfile profile() {
    return switch (quantize().target()) {
      case ORT_X86 -> QuantizationProfile.ORT_X86;
      case TENSORRT -> QuantizationProfile.TENSORRT;
    };
  }

  /**
   * What it asks for beyond the default, as part of a recipe: what was made before there was a
   * choice is still found.
   */
  public List<String> recipe() {
    var tiles = release.detector().flatMap(DetectorSpec::tiles).map(TilesSpec::canonical);
    var search =
        quantize().search().stream()
            .flatMap(each ->
                Stream.concat(
                    Stream.of(
                        "SearchSpec[budget=%s, images=%s, prefer=%s]"
                            .formatted(each.budget(), each.images(), each.prefer()),
                        release.detector().map(DetectorSpec::canonical).orElse("classifier")),
                    Stream.concat(
                        each.prune().map(PruneSpec::toString).stream(),
                        each.device().map(device -> "device " + device).stream())));
    return Stream.of(ways(), tiles.stream(), search).flatMap(each -> each).toList();
  }

  /** What it asks for that a model with its own Q and DQ cannot have, as the team file names it. */
  public List<String> asked() {
    return Stream.concat(ways(), quantize().search().stream().map(_ -> "search"))
        .map(way -> way.toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }

  private Stream<String> ways() {
    return Stream.of(
            quantize().method() == Method.MIN_MAX ? "" : quantize().method().name(),
            quantize().equalisation() ? "equalisation" : "",
            quantize().biasCorrection() ? "bias-correction" : "",
            quantize().type() == Type.INT8 ? "" : quantize().type().name())
        .filter(way -> !way.isEmpty());
  }

  /**
   * How the model is made, in words.
   *
   * @param images how many calibrate it
   */
  public String words(int images) {
    return switch (quantize().type()) {
      case WEIGHT_ONLY -> "weights in 8 bits, computed in float";
      case FP16 -> "16 bits of float, ranges from %d training images".formatted(images);
      case INT8 ->
          "calibrated on %d training images%s"
              .formatted(
                  images,
                  (quantize().method() == Method.MIN_MAX ? "" : " by " + method().describe())
                      + (quantize().equalisation() ? ", channels equalised before" : "")
                      + (quantize().biasCorrection() ? ", biases corrected on them" : ""));
    };
  }
}
