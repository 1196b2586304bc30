package dev.fovea.pipelines.release;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.DetectorTail;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.quantize.given.GivenQuantization;
import dev.fovea.onnx.quantize.prepare.Equalisation;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.evaluate.JudgedImages;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Method;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes the INT8 model, calibrated on images of the dataset's own training split. A model that has
 * its own Q and DQ, as training with quantisation in mind makes them, keeps them instead.
 */
final class QuantizeStep implements JobStep<ReleaseState> {
  static final String NAME = "quantize";

  private static final int TELL_EVERY_IMAGES = 16;
  private static final double PERCENTILE = 99.99;

  private final Artefacts artefacts;
  private final ObjectStore objects;

  QuantizeStep(Artefacts artefacts, ObjectStore objects) {
    this.artefacts = artefacts;
    this.objects = objects;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome run(ReleaseState state) throws Exception {
    var order = state.order();
    var spec = state.spec();
    var fp32 = state.variant(Variant.FP32);
    if (isQuantized(fp32)) {
      return kept(state, fp32);
    }
    var images =
        chosen(
            JudgedImages.read(objects, order.dataset(), spec).split("train"),
            order.dataset(),
            spec.quantize().calibration());
    var recipe =
        new Artefacts.Recipe(
            // A detector's tail stays in float.
            spec.detector().isPresent() ? "quantize-detector-1" : "quantize-1",
            Stream.concat(
                    Stream.of(
                        fp32.toString(),
                        order.dataset().toString(),
                        spec.preprocess().digest().toString(),
                        spec.quantize().target().name(),
                        Integer.toString(images.size())),
                    choices(spec.quantize()))
                .toList());
    var int8 = artefacts.made(recipe, () -> quantized(state, fp32, images));
    state.variant(Variant.INT8, int8);
    return new Outcome.Done(
        "%s to %s, calibrated on %d training images%s"
            .formatted(
                new ByteSize(objects.size(fp32)),
                new ByteSize(objects.size(int8)),
                images.size(),
                (spec.quantize().method() == Method.MIN_MAX
                        ? ""
                        : " by " + method(spec.quantize()).describe())
                    + (spec.quantize().equalisation() ? ", channels equalised before" : "")
                    + (spec.quantize().biasCorrection() ? ", biases corrected on them" : "")),
        List.of(lineage(state, fp32, int8)));
  }

  private static LineageLinked lineage(ReleaseState state, Digest fp32, Digest int8) {
    var order = state.order();
    return new LineageLinked(
        order.project(),
        order.variantNode(Variant.FP32, fp32),
        "quantized from",
        order.variantNode(Variant.INT8, int8),
        Clock.systemUTC().instant());
  }

  private boolean isQuantized(Digest model) throws IOException {
    try (var local = objects.local(model)) {
      return GivenQuantization.isIn(OnnxReader.read(local.path()));
    }
  }

  private Outcome kept(ReleaseState state, Digest given) throws Exception {
    var spec = state.spec().quantize();
    var choices = choices(spec).toList();
    if (!choices.isEmpty()) {
      throw new InvalidRequest(
          "the model has its own Q and DQ, and 'quantize' asks for %s"
              .formatted(String.join(", ", choices).toLowerCase(Locale.ROOT)),
          "Leave that out: the scales of the training stay. Or register the model in float.");
    }
    var recipe =
        new Artefacts.Recipe("quantize-given-1", List.of(given.toString(), spec.target().name()));
    var int8 = artefacts.made(recipe, () -> keep(given, spec));
    state.variant(Variant.INT8, int8);
    OnnxModel model;
    try (var local = objects.local(int8)) {
      model = OnnxReader.read(local.path());
    }
    return new Outcome.Done(
        "%s to %s, by the model's own Q and DQ: %s pairs kept, nothing calibrated"
            .formatted(
                new ByteSize(objects.size(given)),
                new ByteSize(objects.size(int8)),
                model.metadata().get("fovea.quantization.pairs")),
        List.of(lineage(state, given, int8)));
  }

  private Digest keep(Digest given, QuantizeSpec spec) throws IOException {
    try (var local = objects.local(given)) {
      var kept = GivenQuantization.keep(OnnxReader.read(local.path()), profile(spec.target()));
      return objects.put(OnnxWriter.bytes(kept.model()));
    }
  }

  private static QuantizationProfile profile(Target target) {
    return switch (target) {
      case ORT_X86 -> QuantizationProfile.ORT_X86;
      case TENSORRT -> QuantizationProfile.TENSORRT;
    };
  }

  private Digest quantized(ReleaseState state, Digest fp32, List<Sample> images)
      throws IOException {
    OnnxModel model;
    try (var local = objects.local(fp32)) {
      var given = OnnxReader.read(local.path());
      model = state.spec().quantize().equalisation() ? Equalisation.equalise(given) : given;
    }
    var input = model.graph().inputs().getFirst().name();
    var pictures = new Pictures(objects, state.spec().preprocess());
    Iterable<Map<String, FloatTensor>> examples =
        () ->
            IntStream.range(0, images.size())
                .mapToObj(i -> example(state, pictures, input, images, i))
                .iterator();
    var ranges = Calibration.collect(model, method(state.spec().quantize()), examples);
    var profile = profile(state.spec().quantize().target());
    Set<String> inFloat = state.spec().detector().isPresent() ? DetectorTail.of(model) : Set.of();
    var quantized =
        state.spec().quantize().biasCorrection()
            ? Quantizer.quantizeCorrected(model, ranges, profile, inFloat, examples)
            : Quantizer.quantize(model, ranges, profile, inFloat);
    return objects.put(OnnxWriter.bytes(quantized.model()));
  }

  /** What was made before there was a choice is still found. */
  private static Stream<String> choices(QuantizeSpec spec) {
    var choices = new ArrayList<String>();
    if (spec.method() != Method.MIN_MAX) {
      choices.add(spec.method().name());
    }
    if (spec.equalisation()) {
      choices.add("equalisation");
    }
    if (spec.biasCorrection()) {
      choices.add("bias-correction");
    }
    return choices.stream();
  }

  private static CalibrationMethod method(QuantizeSpec spec) {
    return switch (spec.method()) {
      case MIN_MAX -> CalibrationMethod.minMax();
      case PERCENTILE -> CalibrationMethod.percentile(PERCENTILE);
      case MSE -> CalibrationMethod.meanSquare();
      case ENTROPY -> CalibrationMethod.entropy(spec.target() == Target.TENSORRT);
    };
  }

  private static Map<String, FloatTensor> example(
      ReleaseState state, Pictures pictures, String input, List<Sample> images, int i) {
    if (i % TELL_EVERY_IMAGES == 0) {
      state
          .progress()
          .at(
              i / (double) images.size(),
              "calibrating, image %d of %d".formatted(i, images.size()));
    }
    try {
      return Map.of(input, pictures.tensor(images.get(i)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A choice that depends on the dataset version alone, so that the same release has the same INT8
   * model.
   */
  private static List<Sample> chosen(List<Sample> train, Digest dataset, int wanted) {
    if (train.isEmpty()) {
      throw new InvalidRequest(
          "dataset version %s: no image in its train split".formatted(dataset.abbreviated()),
          "put images into the train split; the INT8 model is calibrated on them");
    }
    var shuffled = new ArrayList<>(train);
    Collections.shuffle(shuffled, new Random(new BigInteger(dataset.hex(), 16).longValue()));
    return shuffled.subList(0, Math.min(wanted, shuffled.size()));
  }
}
