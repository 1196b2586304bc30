package dev.fovea.pipelines.release;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.lab.Lab;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.DetectorTail;
import dev.fovea.onnx.quantize.HalfPrecision;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.WeightOnly;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.quantize.calibrate.CalibrationRanges;
import dev.fovea.onnx.quantize.given.GivenQuantization;
import dev.fovea.onnx.quantize.prepare.Equalisation;
import dev.fovea.onnx.quantize.search.Quantization;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.evaluate.JudgedImages;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.precision.PrecisionSearch;
import dev.fovea.pipelines.precision.PrecisionSearch.Chosen;
import dev.fovea.pipelines.precision.SearchImages;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.ReleaseSpec.PruneSpec;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Method;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Target;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Type;
import dev.fovea.teamfile.ReleaseSpec.SearchSpec;
import dev.fovea.teamfile.TilesSpec;
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
 * Makes the INT8 model, calibrated on images of the dataset's own training split; or what the team
 * file wants in its place, or what a search within the team's budget chooses. A model that has its
 * own Q and DQ, as training with quantisation in mind makes them, keeps them instead.
 */
final class QuantizeStep implements JobStep<ReleaseState> {
  static final String NAME = "quantize";

  private static final int TELL_EVERY_IMAGES = 16;
  private static final int RANKED_IMAGES = 64;

  /** One finds what is lost, three compare the outputs without it and with it. */
  private static final int PASSES_OF_CORRECTION = 4;

  private static final double PERCENTILE = 99.99;

  private final Artefacts artefacts;
  private final ObjectStore objects;
  private final Lab lab;

  QuantizeStep(Artefacts artefacts, ObjectStore objects, Lab lab) {
    this.artefacts = artefacts;
    this.objects = objects;
    this.lab = lab;
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
    var manifest = JudgedImages.read(objects, order.dataset(), spec);
    var images =
        spec.quantize().type() == Type.WEIGHT_ONLY
            ? List.<Sample>of()
            : chosen(manifest.split("train"), order.dataset(), spec.quantize().calibration());
    var inputs =
        Stream.concat(
                Stream.of(
                    fp32.toString(),
                    order.dataset().toString(),
                    spec.preprocess().digest().toString(),
                    spec.quantize().target().name(),
                    Integer.toString(images.size())),
                choices(spec))
            .toList();
    var words = words(spec.quantize(), images.size());
    if (spec.quantize().search().isPresent()) {
      var recipe = new Artefacts.Recipe("search-1", inputs);
      var made = artefacts.made(recipe, () -> searched(state, fp32, images, manifest));
      var chosen = Chosen.read(objects, made);
      state.chosen(made);
      return done(state, fp32, chosen.model(), words + "; " + chosen.words());
    }
    // A detector's tail stays in float.
    var kind = spec.detector().isPresent() ? "quantize-detector-1" : "quantize-1";
    var recipe = new Artefacts.Recipe(kind, inputs);
    return done(state, fp32, artefacts.made(recipe, () -> quantized(state, fp32, images)), words);
  }

  private boolean isQuantized(Digest model) throws IOException {
    try (var local = objects.local(model)) {
      return GivenQuantization.isIn(OnnxReader.read(local.path()));
    }
  }

  private Outcome kept(ReleaseState state, Digest given) throws Exception {
    var spec = state.spec().quantize();
    var ways = Stream.concat(ways(spec), spec.search().stream().map(_ -> "search")).toList();
    if (!ways.isEmpty()) {
      throw new InvalidRequest(
          "the model has its own Q and DQ, and 'quantize' asks for %s"
              .formatted(String.join(", ", ways).toLowerCase(Locale.ROOT).replace('_', '-')),
          "Leave that out: the scales of the training stay. Or register the model in float.");
    }
    var recipe =
        new Artefacts.Recipe("quantize-given-1", List.of(given.toString(), spec.target().name()));
    var int8 = artefacts.made(recipe, () -> keep(given, spec));
    OnnxModel model;
    try (var local = objects.local(int8)) {
      model = OnnxReader.read(local.path());
    }
    return done(
        state,
        given,
        int8,
        "by the model's own Q and DQ: %s pairs kept, nothing calibrated"
            .formatted(model.metadata().get("fovea.quantization.pairs")));
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

  private Outcome done(ReleaseState state, Digest fp32, Digest int8, String words)
      throws IOException {
    var order = state.order();
    state.variant(Variant.INT8, int8);
    return new Outcome.Done(
        "%s to %s, %s"
            .formatted(new ByteSize(objects.size(fp32)), new ByteSize(objects.size(int8)), words),
        List.of(
            new LineageLinked(
                order.project(),
                order.variantNode(Variant.FP32, fp32),
                "quantized from",
                order.variantNode(Variant.INT8, int8),
                Clock.systemUTC().instant())));
  }

  private static String words(QuantizeSpec spec, int images) {
    return switch (spec.type()) {
      case WEIGHT_ONLY -> "weights in 8 bits, computed in float";
      case FP16 -> "16 bits of float, ranges from %d training images".formatted(images);
      case INT8 ->
          "calibrated on %d training images%s"
              .formatted(
                  images,
                  (spec.method() == Method.MIN_MAX ? "" : " by " + method(spec).describe())
                      + (spec.equalisation() ? ", channels equalised before" : "")
                      + (spec.biasCorrection() ? ", biases corrected on them" : ""));
    };
  }

  private Digest quantized(ReleaseState state, Digest fp32, List<Sample> images)
      throws IOException {
    var model = model(state.spec().quantize(), fp32);
    var quantized =
        switch (state.spec().quantize().type()) {
          case WEIGHT_ONLY -> WeightOnly.quantize(model);
          case FP16 -> HalfPrecision.convert(model, ranges(state, model, images).ranges());
          case INT8 ->
              quantization(state, model, ranges(state, model, images), images)
                  .quantize(inFloat(state, model));
        };
    return objects.put(OnnxWriter.bytes(quantized.model()));
  }

  private Digest searched(ReleaseState state, Digest fp32, List<Sample> images, Manifest manifest)
      throws IOException {
    var spec = state.spec();
    var model = model(spec.quantize(), fp32);
    var ranges = ranges(state, model, images);
    // The ranking needs no more than some.
    var ranked = images.subList(0, Math.min(RANKED_IMAGES, images.size()));
    var given =
        new PrecisionSearch.Given(
            model,
            ranges,
            quantization(state, model, ranges, images),
            inFloat(state, model),
            examples(state, model, ranked, false),
            ranked.size(),
            quantizing(state, images));
    var compared =
        SearchImages.of(
            manifest,
            state.order().dataset(),
            images,
            spec.quantize().search().orElseThrow().images(),
            spec.detector().map(DetectorSpec::most).orElse(0),
            spec.quantize().search().flatMap(SearchSpec::prune));
    var telling =
        new PrecisionSearch.Telling() {
          @Override
          public void cost(String words) {
            state.progress().cost(words);
          }

          @Override
          public void at(double share, String what) {
            state.progress().at(share, what);
          }
        };
    return new PrecisionSearch(objects, spec, telling, lab, state.order().project())
        .choose(given, compared)
        .write(objects);
  }

  /** How pruned models become INT8: as the whole one does, by ranges of their own. */
  private PrecisionSearch.Quantizing quantizing(ReleaseState state, List<Sample> images) {
    var spec = state.spec().quantize();
    long passes = spec.biasCorrection() ? 1 + PASSES_OF_CORRECTION : 1;
    return new PrecisionSearch.Quantizing(
        passes * images.size(),
        model -> {
          var ranges =
              Calibration.collect(model, method(spec), examples(state, model, images, false));
          return quantization(state, model, ranges, images).quantize(inFloat(state, model)).model();
        });
  }

  private OnnxModel model(QuantizeSpec spec, Digest fp32) throws IOException {
    try (var local = objects.local(fp32)) {
      var given = OnnxReader.read(local.path());
      return spec.equalisation() ? Equalisation.equalise(given) : given;
    }
  }

  private CalibrationRanges ranges(ReleaseState state, OnnxModel model, List<Sample> images) {
    return Calibration.collect(
        model, method(state.spec().quantize()), examples(state, model, images, true));
  }

  private static Set<String> inFloat(ReleaseState state, OnnxModel model) {
    return state.spec().detector().isPresent() ? DetectorTail.of(model) : Set.of();
  }

  private Quantization quantization(
      ReleaseState state, OnnxModel model, CalibrationRanges ranges, List<Sample> images) {
    var profile = profile(state.spec().quantize().target());
    // A search tells how far it is itself.
    boolean told = state.spec().quantize().search().isEmpty();
    return state.spec().quantize().biasCorrection()
        ? inFloat ->
            Quantizer.quantizeCorrected(
                model, ranges, profile, inFloat, examples(state, model, images, told))
        : inFloat -> Quantizer.quantize(model, ranges, profile, inFloat);
  }

  private Iterable<Map<String, FloatTensor>> examples(
      ReleaseState state, OnnxModel model, List<Sample> images, boolean told) {
    var input = model.graph().inputs().getFirst().name();
    var pictures = new Pictures(objects, state.spec().preprocess(), state.spec().detector());
    return () ->
        IntStream.range(0, images.size())
            .mapToObj(i -> {
              if (told) {
                tell(state, images.size(), i);
              }
              return example(pictures, input, images.get(i), i);
            })
            .iterator();
  }

  /** What was made before there was a choice is still found. */
  private static Stream<String> choices(ReleaseSpec release) {
    var tiles = release.detector().flatMap(DetectorSpec::tiles).map(TilesSpec::canonical);
    var search =
        release.quantize().search().stream()
            .flatMap(each ->
                Stream.concat(
                    Stream.of(
                        "SearchSpec[budget=%s, images=%s, prefer=%s]"
                            .formatted(each.budget(), each.images(), each.prefer()),
                        release.detector().map(DetectorSpec::canonical).orElse("classifier")),
                    Stream.concat(
                        each.prune().map(PruneSpec::toString).stream(),
                        each.device().map(device -> "device " + device).stream())));
    return Stream.of(ways(release.quantize()), tiles.stream(), search).flatMap(each -> each);
  }

  private static Stream<String> ways(QuantizeSpec spec) {
    var ways = new ArrayList<String>();
    if (spec.method() != Method.MIN_MAX) {
      ways.add(spec.method().name());
    }
    if (spec.equalisation()) {
      ways.add("equalisation");
    }
    if (spec.biasCorrection()) {
      ways.add("bias-correction");
    }
    if (spec.type() != Type.INT8) {
      ways.add(spec.type().name());
    }
    return ways.stream();
  }

  private static CalibrationMethod method(QuantizeSpec spec) {
    return switch (spec.method()) {
      case MIN_MAX -> CalibrationMethod.minMax();
      case PERCENTILE -> CalibrationMethod.percentile(PERCENTILE);
      case MSE -> CalibrationMethod.meanSquare();
      case ENTROPY -> CalibrationMethod.entropy(spec.target() == Target.TENSORRT);
    };
  }

  private static void tell(ReleaseState state, int images, int i) {
    if (i % TELL_EVERY_IMAGES == 0) {
      state.progress().at(i / (double) images, "calibrating, image %d of %d".formatted(i, images));
    }
  }

  /** Of images in tiles one view each: what the model will see, at the cost of whole images. */
  private static Map<String, FloatTensor> example(
      Pictures pictures, String input, Sample sample, int turn) {
    try {
      return Map.of(input, pictures.tensor(sample, turn));
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
