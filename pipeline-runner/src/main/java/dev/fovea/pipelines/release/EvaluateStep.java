package dev.fovea.pipelines.release;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.evaluate.Answer;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.EvaluationJob;
import dev.fovea.pipelines.evaluate.JudgedImages;
import dev.fovea.pipelines.evaluate.Passes;
import dev.fovea.pipelines.evaluate.Shard;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.launch.HeavyJobs;
import dev.fovea.pipelines.launch.HeavyJobs.Ran;
import dev.fovea.pipelines.launch.JobLimits;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks both variants about every image of the test split: in this process part by part, each noted
 * before the next begins, so that one part at most is lost; or, where the split is large, by a job
 * of several shards. Both come to the same objects. Then the faults that rules name.
 */
final class EvaluateStep implements JobStep<ReleaseState> {
  static final String NAME = "evaluate";

  private static final int IMAGES_IN_A_PART = 128;

  /** An image in tiles takes many passes, so fewer go together. */
  private static final int TILED_SHARE = 8;

  /** A detection of both variants is 320 bytes of JSON at most. */
  private static final int DETECTIONS_IN_A_PART = 38_400;

  private static final int DETECTIONS_IN_A_SHARD = 500_000;

  /** What an evaluation holds, about 160 MB. */
  private static final int MOST_DETECTIONS = 1_000_000;

  private static final long LIMIT_PART_BYTES = 16L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Artefacts artefacts;
  private final ObjectStore objects;
  private final HeavyJobs jobs;
  private final Splitting splitting;
  private final Sweeps sweeps;

  /**
   * When and how an evaluation is split.
   *
   * @param inProcess up to how many images this process evaluates itself
   * @param imagesInShard how many a shard has at most
   */
  record Splitting(int inProcess, int imagesInShard, int parallelism, JobLimits limits) {}

  EvaluateStep(Artefacts artefacts, ObjectStore objects, HeavyJobs jobs, Splitting splitting) {
    this.artefacts = artefacts;
    this.objects = objects;
    this.jobs = jobs;
    this.splitting = splitting;
    this.sweeps = new Sweeps(artefacts, objects);
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
    var spec = state.spec();
    var manifest = JudgedImages.read(objects, state.order().dataset(), spec);
    var test = manifest.split("test");
    if (test.isEmpty()) {
      throw new InvalidRequest(
          "dataset version %s: no image in its test split"
              .formatted(state.order().dataset().abbreviated()),
          "put images into the test split; both models are judged on them");
    }
    spec.detector().ifPresent(detector -> checkDetectable(state, detector, test));
    var whole =
        new Shard(
            state.variant(Variant.FP32),
            state.variant(Variant.INT8),
            manifest.classes(),
            spec.preprocess(),
            spec.detector(),
            test);
    return test.size() > splitting.inProcess() ? split(state, whole) : here(state, whole);
  }

  private static void checkDetectable(
      ReleaseState state, DetectorSpec detector, List<Sample> test) {
    var version = state.order().dataset().abbreviated();
    if (test.stream().allMatch(sample -> sample.objects().isEmpty())) {
      throw new InvalidRequest(
          "dataset version %s: no object in the %d images of its test split"
              .formatted(version, test.size()),
          "put images with objects into the test split; both models are judged on them");
    }
    long detections = (long) test.size() * detector.most();
    if (detections > MOST_DETECTIONS) {
      throw new InvalidRequest(
          "dataset version %s: %,d test images with up to %d detections each are %,d (expected: at most %,d)"
              .formatted(version, test.size(), detector.most(), detections, MOST_DETECTIONS),
          "lower release.detector.most in fovea.yaml to %d or less, and push it"
              .formatted(MOST_DETECTIONS / test.size()));
    }
  }

  /**
   * How many images go together: of detectors so many that what they say stays bounded, and an
   * eighth where each is in tiles.
   */
  private static int together(Shard whole, int images, int detections) {
    return whole
        .detector()
        .map(spec -> {
          int most = spec.tiles().isPresent() ? Math.max(1, images / TILED_SHARE) : images;
          return Math.clamp(detections / spec.most(), 1, most);
        })
        .orElse(images);
  }

  private Outcome here(ReleaseState state, Shard whole) throws Exception {
    int images = whole.samples().size();
    int together = together(whole, IMAGES_IN_A_PART, DETECTIONS_IN_A_PART);
    int scored = state.parts().size() * together;
    if (scored >= images) {
      var fp32 = new ArrayList<Answer>();
      var int8 = new ArrayList<Answer>();
      for (var digest : state.parts()) {
        var part = JSON.readValue(objects.bytes(digest, LIMIT_PART_BYTES), Shard.Answers.class);
        fp32.addAll(part.fp32());
        int8.addAll(part.int8());
      }
      return evaluated(state, whole, new Shard.Answers(fp32, int8));
    }
    int end = Math.min(scored + together, images);
    var answers = whole.range(scored, end).answers(objects);
    state.addPart(objects.put(JSON.writeValueAsString(answers).getBytes(StandardCharsets.UTF_8)));
    return new Outcome.Going(end / (double) images, "%d of %d test images".formatted(end, images));
  }

  private Outcome split(ReleaseState state, Shard whole) throws Exception {
    var job =
        EvaluationJob.of(
            objects,
            whole,
            together(whole, splitting.imagesInShard(), DETECTIONS_IN_A_SHARD),
            splitting.parallelism(),
            splitting.limits());
    return switch (jobs.ran(job, "the evaluation of both models")) {
      case Ran.Waits(var order, var summary) -> {
        state.awaits(order);
        yield new Outcome.Waiting(summary);
      }
      case Ran.Done(var outputs) -> {
        var outcome = evaluated(state, whole, EvaluationJob.merged(objects, whole, outputs));
        jobs.finished(job);
        yield outcome;
      }
    };
  }

  private Outcome evaluated(ReleaseState state, Shard whole, Shard.Answers answers)
      throws Exception {
    return done(
        state,
        evaluated(state, whole, Variant.FP32, answers.fp32()),
        evaluated(state, whole, Variant.INT8, answers.int8()));
  }

  private Digest evaluated(ReleaseState state, Shard whole, Variant form, List<Answer> answers)
      throws Exception {
    return artefacts.made(
        recipe(state, form),
        () ->
            Evaluation.of(whole, state.variant(form), state.order().dataset(), answers)
                .write(objects));
  }

  private Outcome done(ReleaseState state, Digest fp32, Digest int8) throws Exception {
    state.evaluation(Variant.FP32, fp32);
    state.evaluation(Variant.INT8, int8);
    var going = sweeps.next(state);
    return going.isPresent() ? going.get() : finished(state, fp32, int8);
  }

  private Outcome finished(ReleaseState state, Digest fp32, Digest int8) throws IOException {
    var a = Evaluation.read(objects, fp32);
    var b = Evaluation.read(objects, int8);
    return new Outcome.Done(
        "%d test images: fp32 %s, int8 %s%s"
            .formatted(a.size(), a.words(), b.words(), tiled(state, b)),
        Stream.concat(
                Stream.concat(
                    links(state, Variant.FP32, state.order().evaluationNode(Variant.FP32, fp32)),
                    links(state, Variant.INT8, state.order().evaluationNode(Variant.INT8, int8))),
                state.sweeps().stream()
                    .flatMap(swept -> links(state, swept.gate().of(), swept.node(state.order()))))
            .toList());
  }

  /** What an image in tiles costs. */
  private static String tiled(ReleaseState state, Evaluation evaluation) {
    var tiles = state.spec().detector().flatMap(DetectorSpec::tiles);
    return tiles.isPresent() && evaluation instanceof DetectedEvaluation detected
        ? "; in %s: %s"
            .formatted(tiles.get().words(), detected.passes().map(Passes::words).orElse("no pass"))
        : "";
  }

  private static Stream<LineageLinked> links(ReleaseState state, Variant form, LineageNode node) {
    var order = state.order();
    var now = Clock.systemUTC().instant();
    return Stream.of(
        new LineageLinked(
            order.project(), order.variantNode(form, state.variant(form)), "taken of", node, now),
        new LineageLinked(order.project(), order.datasetNode(), "measured on", node, now));
  }

  private static Artefacts.Recipe recipe(ReleaseState state, Variant form) {
    var inputs =
        List.of(
            state.variant(form).toString(),
            state.order().dataset().toString(),
            state.spec().preprocess().digest().toString());
    return state
        .spec()
        .detector()
        .map(spec ->
            new Artefacts.Recipe(
                "evaluate-detector-1",
                Stream.concat(inputs.stream(), Stream.of(spec.canonical())).toList()))
        .orElseGet(() -> new Artefacts.Recipe("evaluate-1", inputs));
  }
}
