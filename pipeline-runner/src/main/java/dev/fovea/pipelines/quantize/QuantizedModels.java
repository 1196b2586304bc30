package dev.fovea.pipelines.quantize;

import dev.fovea.kernel.Digest;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.DetectorTail;
import dev.fovea.onnx.quantize.HalfPrecision;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.WeightOnly;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationRanges;
import dev.fovea.onnx.quantize.prepare.Equalisation;
import dev.fovea.onnx.quantize.search.Quantization;
import dev.fovea.pipelines.precision.PrecisionSearch;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.ReleaseSpec;
import java.io.IOException;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Makes the model that a team file chooses from its float form. A detector's tail stays in float.
 */
public final class QuantizedModels {
  private static final int TELL_EVERY_IMAGES = 16;
  private static final int RANKED_IMAGES = 64;

  /** One finds what is lost, three compare the outputs without it and with it. */
  private static final int PASSES_OF_CORRECTION = 4;

  private final ObjectStore objects;
  private final ReleaseSpec spec;
  private final Choices choices;
  private final CalibrationImages images;
  private final Telling telling;

  /**
   * @param images what calibrates it
   * @param telling is told how far it is
   */
  public QuantizedModels(
      ObjectStore objects, ReleaseSpec spec, CalibrationImages images, Telling telling) {
    this.objects = objects;
    this.spec = spec;
    this.choices = new Choices(spec);
    this.images = images;
    this.telling = telling;
  }

  /** Is told how far it is. */
  @FunctionalInterface
  public interface Telling {
    /**
     * @param share done, 0 to 1
     * @param what is done now, in words
     */
    void at(double share, String what);
  }

  /**
   * The model, made straight away.
   *
   * @param fp32 its float form
   * @return its digest, in the store
   */
  public Digest of(Digest fp32) throws IOException {
    var model = model(fp32);
    var quantized =
        switch (spec.quantize().type()) {
          case WEIGHT_ONLY -> WeightOnly.quantize(model);
          case FP16 -> HalfPrecision.convert(model, ranges(model, this::tell).ranges());
          case INT8 ->
              quantization(model, ranges(model, this::tell), toldWithoutSearch())
                  .quantize(inFloat(model));
        };
    return objects.put(OnnxWriter.bytes(quantized.model()));
  }

  /** What a search over its precision begins with. */
  public PrecisionSearch.Given searchable(Digest fp32) throws IOException {
    var model = model(fp32);
    var ranges = ranges(model, this::tell);
    // The ranking needs no more than some.
    var ranked = images.first(RANKED_IMAGES);
    return new PrecisionSearch.Given(
        model,
        ranges,
        quantization(model, ranges, toldWithoutSearch()),
        inFloat(model),
        ranked.examples(model, QuantizedModels::untold),
        ranked.size(),
        pruned());
  }

  /** How pruned models become INT8: as the whole one does, by ranges of their own. */
  private PrecisionSearch.Quantizing pruned() {
    long passes = spec.quantize().biasCorrection() ? 1 + PASSES_OF_CORRECTION : 1;
    return new PrecisionSearch.Quantizing(
        passes * images.size(),
        model -> {
          var ranges = ranges(model, QuantizedModels::untold);
          return quantization(model, ranges, toldWithoutSearch()).quantize(inFloat(model)).model();
        });
  }

  private OnnxModel model(Digest fp32) throws IOException {
    try (var local = objects.local(fp32)) {
      var given = OnnxReader.read(local.path());
      return spec.quantize().equalisation() ? Equalisation.equalise(given) : given;
    }
  }

  private CalibrationRanges ranges(OnnxModel model, IntConsumer told) {
    return Calibration.collect(model, choices.method(), images.examples(model, told));
  }

  private Quantization quantization(OnnxModel model, CalibrationRanges ranges, IntConsumer told) {
    var profile = choices.profile();
    return spec.quantize().biasCorrection()
        ? inFloat ->
            Quantizer.quantizeCorrected(
                model, ranges, profile, inFloat, images.examples(model, told))
        : inFloat -> Quantizer.quantize(model, ranges, profile, inFloat);
  }

  private Set<String> inFloat(OnnxModel model) {
    return spec.detector().isPresent() ? DetectorTail.of(model) : Set.of();
  }

  /** A search tells how far it is itself. */
  private IntConsumer toldWithoutSearch() {
    return choices.searched() ? QuantizedModels::untold : this::tell;
  }

  private void tell(int image) {
    if (image % TELL_EVERY_IMAGES == 0) {
      telling.at(
          image / (double) images.size(),
          "calibrating, image %d of %d".formatted(image, images.size()));
    }
  }

  private static void untold(int image) {}
}
