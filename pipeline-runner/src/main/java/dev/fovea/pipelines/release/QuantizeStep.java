package dev.fovea.pipelines.release;

import dev.fovea.datasets.Manifest;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.lab.Lab;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.quantize.given.GivenQuantization;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.evaluate.JudgedImages;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.precision.PrecisionSearch;
import dev.fovea.pipelines.precision.PrecisionSearch.Chosen;
import dev.fovea.pipelines.precision.SearchImages;
import dev.fovea.pipelines.quantize.CalibrationImages;
import dev.fovea.pipelines.quantize.Choices;
import dev.fovea.pipelines.quantize.QuantizedModels;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec.SearchSpec;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the INT8 model, calibrated on images of the dataset's own training split; or what the team
 * file wants in its place, or what a search within the team's budget chooses. A model that has its
 * own Q and DQ, as training with quantisation in mind makes them, keeps them instead.
 */
final class QuantizeStep implements JobStep<ReleaseState> {
  static final String NAME = "quantize";

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
    var fp32 = state.variant(Variant.FP32);
    return isQuantized(fp32) ? kept(state, fp32) : made(state, fp32);
  }

  private boolean isQuantized(Digest model) throws IOException {
    return GivenQuantization.isIn(model(model));
  }

  private Outcome made(ReleaseState state, Digest fp32) throws Exception {
    var order = state.order();
    var spec = state.spec();
    var choices = new Choices(spec);
    var manifest = JudgedImages.read(objects, order.dataset(), spec);
    var images = CalibrationImages.of(manifest, order.dataset(), spec, objects);
    var models = new QuantizedModels(objects, spec, images, state.progress()::at);
    var inputs =
        Stream.concat(
                Stream.of(
                    fp32.toString(),
                    order.dataset().toString(),
                    spec.preprocess().digest().toString(),
                    spec.quantize().target().name(),
                    Integer.toString(images.size())),
                choices.recipe().stream())
            .toList();
    var words = choices.words(images.size());
    if (choices.searched()) {
      var recipe = new Artefacts.Recipe("search-1", inputs);
      var made =
          artefacts.made(recipe, () -> searched(state, models.searchable(fp32), images, manifest));
      var chosen = Chosen.read(objects, made);
      state.chosen(made);
      return done(state, fp32, chosen.model(), words + "; " + chosen.words());
    }
    var kind = spec.detector().isPresent() ? "quantize-detector-1" : "quantize-1";
    var recipe = new Artefacts.Recipe(kind, inputs);
    return done(state, fp32, artefacts.made(recipe, () -> models.of(fp32)), words);
  }

  private Digest searched(
      ReleaseState state, PrecisionSearch.Given given, CalibrationImages images, Manifest manifest)
      throws IOException {
    var spec = state.spec();
    var compared =
        SearchImages.of(
            manifest,
            state.order().dataset(),
            images.samples(),
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

  private Outcome kept(ReleaseState state, Digest given) throws Exception {
    var choices = new Choices(state.spec());
    if (!choices.asked().isEmpty()) {
      throw new InvalidRequest(
          "the model has its own Q and DQ, and 'quantize' asks for %s"
              .formatted(String.join(", ", choices.asked())),
          "Leave that out: the scales of the training stay. Or register the model in float.");
    }
    var recipe =
        new Artefacts.Recipe(
            "quantize-given-1", List.of(given.toString(), state.spec().quantize().target().name()));
    var int8 = artefacts.made(recipe, () -> keep(given, choices));
    return done(
        state,
        given,
        int8,
        "by the model's own Q and DQ: %s pairs kept, nothing calibrated"
            .formatted(model(int8).metadata().get("fovea.quantization.pairs")));
  }

  private Digest keep(Digest given, Choices choices) throws IOException {
    var kept = GivenQuantization.keep(model(given), choices.profile());
    return objects.put(OnnxWriter.bytes(kept.model()));
  }

  private OnnxModel model(Digest digest) throws IOException {
    try (var local = objects.local(digest)) {
      return OnnxReader.read(local.path());
    }
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
}
