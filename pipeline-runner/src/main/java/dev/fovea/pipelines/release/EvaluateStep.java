package dev.fovea.pipelines.release;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.evaluate.Classifier;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks both variants about every image of the test split. Each run of the step scores one part,
 * whose object is noted before the next begins, so a job that is killed loses one part at most.
 */
final class EvaluateStep implements JobStep<ReleaseState> {
  static final String NAME = "evaluate";

  private static final int IMAGES_IN_A_PART = 128;
  private static final long LIMIT_PART_BYTES = 16L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Artefacts artefacts;
  private final ObjectStore objects;

  /** A part of the test split, answered by both variants. */
  record Part(List<Scored> fp32, List<Scored> int8) {}

  EvaluateStep(Artefacts artefacts, ObjectStore objects) {
    this.artefacts = artefacts;
    this.objects = objects;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome run(ReleaseState state) throws Exception {
    var fp32 = artefacts.find(recipe(state, Variant.FP32));
    var int8 = artefacts.find(recipe(state, Variant.INT8));
    if (fp32.isPresent() && int8.isPresent()) {
      return done(state, fp32.get(), int8.get());
    }
    var manifest = Manifest.read(objects, state.order().dataset());
    var test = manifest.split("test");
    if (test.isEmpty()) {
      throw new InvalidRequest(
          "dataset version %s: no image in its test split"
              .formatted(state.order().dataset().abbreviated()),
          "put images into the test split; both models are judged on them");
    }
    int scored = state.parts().size() * IMAGES_IN_A_PART;
    if (scored >= test.size()) {
      return done(state, evaluated(state, Variant.FP32), evaluated(state, Variant.INT8));
    }
    int end = Math.min(scored + IMAGES_IN_A_PART, test.size());
    state.addPart(part(state, manifest.classes(), test.subList(scored, end)));
    return new Outcome.Going(
        end / (double) test.size(), "%d of %d test images".formatted(end, test.size()));
  }

  private Digest part(ReleaseState state, List<String> classes, List<Sample> samples)
      throws IOException {
    var spec = state.spec().preprocess();
    var shape = Pictures.shape(spec);
    var pictures = new Pictures(objects, spec);
    try (var fp32 = Classifier.open(objects, state.variant(Variant.FP32), classes, shape);
        var int8 = Classifier.open(objects, state.variant(Variant.INT8), classes, shape)) {
      var part = new Part(new ArrayList<>(), new ArrayList<>());
      for (var sample : samples) {
        var input = pictures.tensor(sample);
        part.fp32().add(fp32.answer(sample, input));
        part.int8().add(int8.answer(sample, input));
      }
      return objects.put(JSON.writeValueAsString(part).getBytes(StandardCharsets.UTF_8));
    }
  }

  private Digest evaluated(ReleaseState state, Variant form) throws Exception {
    return artefacts.made(
        recipe(state, form),
        () -> {
          var answers = new ArrayList<Scored>();
          for (var digest : state.parts()) {
            var part = JSON.readValue(objects.bytes(digest, LIMIT_PART_BYTES), Part.class);
            answers.addAll(form == Variant.FP32 ? part.fp32() : part.int8());
          }
          var preprocess = state.spec().preprocess().digest();
          return Evaluation.of(state.variant(form), state.order().dataset(), preprocess, answers)
              .write(objects);
        });
  }

  private Outcome done(ReleaseState state, Digest fp32, Digest int8) throws IOException {
    state.evaluation(Variant.FP32, fp32);
    state.evaluation(Variant.INT8, int8);
    var a = Evaluation.read(objects, fp32);
    var b = Evaluation.read(objects, int8);
    return new Outcome.Done(
        String.format(
            Locale.ROOT,
            "%d test images: fp32 %.2f %% right, int8 %.2f %%",
            a.answers().size(),
            a.accuracy() * 100,
            b.accuracy() * 100),
        Stream.concat(links(state, Variant.FP32, fp32), links(state, Variant.INT8, int8)).toList());
  }

  private static Stream<LineageLinked> links(ReleaseState state, Variant form, Digest evaluation) {
    var order = state.order();
    var node = order.evaluationNode(form, evaluation);
    var now = Clock.systemUTC().instant();
    return Stream.of(
        new LineageLinked(
            order.project(), order.variantNode(form, state.variant(form)), "taken of", node, now),
        new LineageLinked(order.project(), order.datasetNode(), "measured on", node, now));
  }

  private static Artefacts.Recipe recipe(ReleaseState state, Variant form) {
    return new Artefacts.Recipe(
        "evaluate-1",
        List.of(
            state.variant(form).toString(),
            state.order().dataset().toString(),
            state.spec().preprocess().digest().toString()));
  }
}
