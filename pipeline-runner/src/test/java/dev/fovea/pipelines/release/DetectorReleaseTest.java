package dev.fovea.pipelines.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.datasets.Manifest;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.JobPrograms;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.fixture.DyingStore.Died;
import dev.fovea.pipelines.fixture.MemoryJobLauncher.Exit;
import dev.fovea.pipelines.fixture.MemoryJobLauncher.Program;
import dev.fovea.pipelines.fixture.Shades;
import dev.fovea.pipelines.fixture.Squares;
import dev.fovea.registry.ModelVersion.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Releases of detectors. */
class DetectorReleaseTest {
  @TempDir private Path folder;

  @Test
  void takesADetectorToTheStartOfItsRollout() throws Exception {
    try (var bench = bench(Squares.model(0))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      assertThat(step(release, "export").summary()).contains("input [1, 1, 32, 32], 2 classes");
      assertThat(step(release, "quantize").summary()).contains("calibrated on 24 training images");
      assertThat(step(release, "evaluate").summary())
          .matches(
              "60 test images: fp32 mAP [0-9.]+ %, [0-9.]+ % at overlap 0.50, int8 mAP [0-9.]+ %, [0-9.]+ % at overlap 0.50");
      assertThat(step(release, "rollout").summary())
          .endsWith(
              "so errors and latency are compared, confidence is not, and no frames come back");
      var plan = bench.rollouts.plans().get(release.digest());
      assertThat(plan.variant()).isEqualTo(release.int8().orElseThrow());
      assertThat(plan.classes()).as("the server answers with raw outputs").isEmpty();

      var rulings = release.verdict().orElseThrow().rulings();
      assertThat(rulings)
          .extracting(Verdict.Ruling::rule)
          .containsExactly(
              "map of int8",
              "map50 of fp32 on slice night",
              "drop of map-small from fp32 to int8",
              "worst-ap of int8");
      assertThat(rulings)
          .allMatch(ruling -> ruling.low() < ruling.high() || ruling.measured() == 0);
      assertThat(rulings.getFirst().on()).matches("test split, 60 images with \\d+ objects");
    }
  }

  @Test
  void findsTheSquaresWhereTheyAreInImagesOfOddSizes() throws Exception {
    try (var bench = bench(Squares.model(0))) {
      run(bench);
      for (var evaluation : evaluations(bench)) {
        assertThat(evaluation.map50()).isGreaterThan(0.95);
        assertThat(evaluation.map()).isBetween(0.5, 0.99);
        assertThat(evaluation.precisions()).containsOnlyKeys("white", "black");
        assertThat(evaluation.slices()).containsOnlyKeys("night");
        assertThat(evaluation.images()).hasSize(60).allMatch(found -> found.unusable() == 0);
        for (var image : evaluation.images()) {
          for (var object : image.objects()) {
            assertThat(image.detections())
                .as(image.path())
                .anySatisfy(found -> {
                  assertThat(found.category()).isEqualTo(object.category());
                  assertThat(found.x1()).isCloseTo(object.x1(), within(3.1));
                  assertThat(found.y2()).isCloseTo(object.y2(), within(3.1));
                });
          }
        }
      }
    }
  }

  @Test
  void refusesADetectorWhoseBoxesAreBesideTheObjectsAndShowsTheImages() throws Exception {
    try (var bench = bench(Squares.model(5))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.REFUSED);
      assertThat(release.reason())
          .contains("map of int8 is")
          .contains("beyond the limit of 50.00 %");
      var frames = release.verdict().orElseThrow().rulings().getFirst().frames();
      assertThat(frames).hasSize(12);
      assertThat(frames)
          .allSatisfy(frame -> {
            assertThat(frame.label()).isEmpty();
            assertThat(frame.answer()).matches("[12] (white|black).*: average precision [0-9.]+ %");
            assertThat(frame.confidence()).isBetween(0.0, 0.2);
          });
      assertThat(bench.rollouts.plans()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"60, 1", "30, 2", "9, 7", "1, 60"})
  void comesToTheSameEvaluationInHoweverManyShards(int imagesInShard, int shards) throws Exception {
    try (var bench = split(imagesInShard, UnaryOperator.identity())) {
      var release = bench.release(run(bench));
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      assertThat(bench.launcher.started().getFirst().shards()).hasSize(shards);
      assertThat(digests(bench)).hasSize(2).isEqualTo(Unsplit.EVALUATIONS);
      assertThat(release.verdict()).isEqualTo(Unsplit.RELEASE.verdict());
    }
  }

  /** What the releases in shards are compared to: the same one, made once. */
  private static final class Unsplit {
    static final Release RELEASE;
    static final Set<Digest> EVALUATIONS;

    static {
      try (var bench = bench(Squares.model(0))) {
        RELEASE = bench.release(run(bench));
        EVALUATIONS = digests(bench);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void comesToTheSameEvaluationInPartsOfAnySize() throws Exception {
    Set<Digest> whole;
    try (var bench = bench(Squares.model(0))) {
      run(bench);
      whole = evaluated(bench);
      assertThat(bench.objects.written())
          .as("policy, fp32, int8, a part, two, verdict")
          .isEqualTo(7);
    }
    try (var bench = bench(Squares.model(0))) {
      // Of 1,000 detections an image 38 images go together; none of them has more than 50.
      bench.datasets.policy(Squares.POLICY.replace("most: 50", "most: 1000"));
      run(bench);
      assertThat(bench.objects.written()).as("two parts").isEqualTo(8);
      assertThat(evaluated(bench)).isEqualTo(whole);
    }
  }

  @Test
  void endsWithTheSameDigestsWhereverItDies() throws Exception {
    var many = Squares.POLICY.replace("most: 50", "most: 1000");
    Release clean;
    int objects;
    try (var bench = bench(Squares.model(0))) {
      bench.datasets.policy(many);
      clean = bench.release(run(bench));
      objects = bench.objects.written();
    }
    assertThat(objects).as("policy, fp32, int8, two parts, two evaluations, verdict").isEqualTo(8);
    for (int n = 1; n <= objects; n++) {
      try (var bench = bench(Squares.model(0))) {
        bench.datasets.policy(many);
        bench.objects.dieAfter(n);
        var release = bench.release(run(bench));
        assertThat(release.state())
            .as("died after %d: %s", n, release.reason())
            .isEqualTo(State.RELEASED);
        assertThat(release.int8()).isEqualTo(clean.int8());
        assertThat(release.verdict()).isEqualTo(clean.verdict());
        assertThat(bench.objects.written()).isEqualTo(objects + 1);
      }
    }
  }

  /** Each line: what a shard answers in place of what it should. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "category":0     | "category":2      | that are not those of its 60 images
          "category":0     | "category":-1     | detection: class -1
          "unusable":0     | "unusable":-1     | that are not those of its 60 images
          images/0         | images/9          | that are not those of its 60 images
          "score":0        | "score":"NaN","was":0 | detection: class 0, score NaN
          "x1":            | "x1":1e9,"y3":    | detection: class
          """)
  void refusesAnswersThatTheShardCannotHaveGot(String found, String replacement, String words)
      throws Exception {
    try (var bench =
        split(
            30,
            answers -> {
              assertThat(answers).contains(found);
              return answers.replace(found, replacement);
            })) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.FAILED);
      assertThat(release.reason()).contains(words.strip());
    }
  }

  @Test
  void refusesMoreDetectionsThanStay() throws Exception {
    var one = "{\"category\":0,\"score\":0.5,\"x1\":1,\"x2\":2,\"y1\":1,\"y2\":2},";
    try (var bench =
        split(
            30,
            answers ->
                answers.replaceFirst("\"detections\":\\[", "\"detections\":[" + one.repeat(51)))) {
      assertThat(bench.release(run(bench)).reason())
          .contains("that are not those of its 60 images");
    }
  }

  @Test
  void refusesAClassifiersAnswersToADetectorsShard() throws Exception {
    try (var bench =
        split(
            60,
            answers ->
                answers
                    .replaceAll("\"detections\":\\[[^]]*]", "\"label\":\"\",\"answer\":\"\"")
                    .replaceAll("\"unusable\":\\d+", "\"confidence\":0.5"))) {
      assertThat(bench.release(run(bench)).reason())
          .contains("60 answers that are not those of its 60 images");
    }
  }

  @Test
  void tellsAShardNothingOfWhatIsInItsImages() throws Exception {
    try (var bench = split(60, UnaryOperator.identity())) {
      run(bench);
      var order = bench.launcher.started().getFirst().shards().getFirst().get("shard.json");
      assertThat(new String(bench.objects.bytes(order, 1 << 20), StandardCharsets.UTF_8))
          .contains("YOLO_V8")
          .doesNotContain("\"objects\"");
    }
  }

  @Test
  void refusesADetectorOfAnotherNumberOfClassesWithBoth() throws Exception {
    try (var bench = bench(Squares.model(0, 7, false))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.FAILED);
      assertThat(release.reason())
          .contains("model of 7 classes (expected: 2, those of the dataset)");
      assertThat(release.int8()).isEmpty();
    }
  }

  @Test
  void refusesAClassifierInADetectorsPlace() throws Exception {
    try (var bench = bench(Shades.model(0))) {
      bench.datasets.policy(Squares.POLICY.replace("[32, 32]", "[8, 8]"));
      assertThat(bench.release(run(bench)).reason())
          .contains("logits is [1, 2] (expected: [1, 6, N]");
    }
  }

  @Test
  void countsOutputsThatAreNoNumbersAsNoDetectionAndTellsThem() throws Exception {
    try (var bench = bench(Squares.model(0, 2, true))) {
      var black =
          Squares.sample(
              "black.png",
              bench.objects.put(Squares.black()),
              "test",
              Optional.empty(),
              List.of(Squares.object("black", Kind.BOX, 0, 0, 64, 64)));
      bench.datasets.version(Squares.dataset(bench.objects, List.of(black)));
      var release = bench.release(run(bench));
      assertThat(step(release, "evaluate").summary())
          .as("each of 16 places is surely black")
          .startsWith("61 test images: fp32 mAP ")
          .contains("(16 outputs that are no numbers or enclose nothing count as no detection)");
      for (var evaluation : evaluations(bench)) {
        assertThat(evaluation.images().getFirst().path()).isEqualTo("black.png");
        assertThat(evaluation.images().getFirst().detections()).isEmpty();
      }
    }
  }

  @Test
  void refusesAModelWhoseNumbersAreNoneInTraining() throws Exception {
    try (var bench = bench(Squares.model(Float.NaN))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.FAILED);
      assertThat(release.reason()).contains("'sides': NaN at element 0 (expected: finite)");
    }
  }

  @Test
  void refusesAPolicyForTheOtherKindOfDatasetBeforeAnythingIsMade() throws Exception {
    try (var bench = bench(Squares.model(0))) {
      bench.datasets.version(Shades.dataset(bench.objects));
      assertThatThrownBy(bench::start)
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining(
              "has a class for each of its 198 images and no objects in them (expected: objects, since fovea.yaml has 'detector'")
          .extracting(e -> ((InvalidRequest) e).remedy())
          .asString()
          .contains(
              "take 'detector' out and write gates of accuracy, macro-recall or worst-recall");
      assertThat(bench.queue).isEmpty();
    }
  }

  @Test
  void refusesObjectsWithoutBoxAndOfUnknownClasses() throws Exception {
    try (var bench = bench(Squares.model(0))) {
      var image = Digest.sha256(new byte[] {1});
      for (var each :
          Map.of(
                  Squares.object("white", Kind.POLYLINE, 1, 1, 5, 5),
                  "1 of its objects have no box; the first is a polyline",
                  Squares.object("white", Kind.POINTS, 1, 1, 5, 5),
                  "1 of its objects have no box; the first is a set of points",
                  Squares.object("grey", Kind.BOX, 1, 1, 5, 5),
                  "1 objects of classes that it lacks, such as 'grey'")
              .entrySet()) {
        var sample =
            Squares.sample("a.png", image, "test", Optional.empty(), List.of(each.getKey()));
        bench.datasets.version(Squares.dataset(bench.objects, List.of(sample)));
        assertThatThrownBy(bench::start)
            .isInstanceOf(InvalidRequest.class)
            .hasMessageContaining(each.getValue());
      }
      var none =
          new Manifest(
              List.of(),
              List.of(Squares.sample("a.png", image, "test", Optional.empty(), List.of())));
      bench.datasets.version(none.write(bench.objects));
      assertThatThrownBy(bench::start).hasMessageContaining("0 classes (expected: 1 to 4096)");
    }
  }

  @Test
  void refusesATestSplitWithoutObjectsOrWithMoreThanAnEvaluationHolds() throws Exception {
    try (var bench = bench(Squares.model(0))) {
      var manifest =
          Manifest.read(
              bench.objects, bench.datasets.head(ReleaseBench.PROJECT, Name.of("shades")).digest());
      var train = manifest.split("train");
      var background =
          manifest.split("test").stream().filter(sample -> sample.objects().isEmpty()).toList();
      bench.datasets.version(
          new Manifest(Squares.CLASSES, Stream.concat(train.stream(), background.stream()).toList())
              .write(bench.objects));
      assertThat(bench.release(run(bench)).reason())
          .contains("no object in the 6 images of its test split");

      var many = new ArrayList<>(train);
      var sample = manifest.split("test").getFirst();
      for (int i = 0; i < 1_001; i++) {
        many.add(
            Squares.sample(
                "many/%04d.png".formatted(i),
                sample.image(),
                "test",
                Optional.empty(),
                sample.objects()));
      }
      bench.datasets.version(new Manifest(Squares.CLASSES, many).write(bench.objects));
      bench.datasets.policy(Squares.POLICY.replace("most: 50", "most: 1000"));
      assertThat(bench.release(run(bench)).reason())
          .contains(
              "1,001 test images with up to 1000 detections each are 1,001,000 (expected: at most 1,000,000)")
          .contains("lower release.detector.most in fovea.yaml to 999");
    }
  }

  private static ReleaseBench bench(byte[] model) throws Exception {
    return squares(new ReleaseBench(model, Optional.empty()));
  }

  private static ReleaseBench squares(ReleaseBench bench) throws IOException {
    bench.datasets.version(Squares.dataset(bench.objects));
    bench.datasets.policy(Squares.POLICY);
    bench.objects.reset();
    return bench;
  }

  /**
   * @param forged what becomes of each shard's answers
   */
  private ReleaseBench split(int imagesInShard, UnaryOperator<String> forged) throws Exception {
    Program program =
        (_, shard, _, inputs) -> evaluate(folder.resolve("shard-" + shard), inputs, forged);
    return squares(
        new ReleaseBench(
            Squares.model(0),
            Format.ONNX,
            Optional.empty(),
            ReleaseBench.splitting(10, imagesInShard),
            Optional.of(program)));
  }

  /** What {@code fovea job evaluate} does, between the same two folders. */
  static Exit evaluate(Path folder, Map<String, byte[]> inputs, UnaryOperator<String> forged)
      throws IOException {
    var in = Files.createDirectories(folder.resolve("in"));
    var out = Files.createDirectories(folder.resolve("out"));
    for (var file : inputs.entrySet()) {
      Files.write(in.resolve(file.getKey()), file.getValue());
    }
    JobPrograms.evaluate(in, out);
    var outputs = new HashMap<String, byte[]>();
    var answers = Files.readString(out.resolve("answers.json"));
    outputs.put("answers.json", forged.apply(answers).getBytes(StandardCharsets.UTF_8));
    return Exit.of(outputs);
  }

  /** Starts and runs a release to its end, through its waits. */
  static Digest run(ReleaseBench bench) throws Exception {
    Digest digest;
    try {
      digest = bench.start().digest();
    } catch (Died _) {
      digest = bench.start().digest();
    }
    for (int i = 0; i < 3; i++) {
      bench.work();
      bench.watch();
    }
    return digest;
  }

  static List<DetectedEvaluation> evaluations(ReleaseBench bench) throws IOException {
    var evaluations = new ArrayList<DetectedEvaluation>();
    for (var digest : digests(bench)) {
      evaluations.add((DetectedEvaluation) Evaluation.read(bench.objects, digest));
    }
    assertThat(evaluations).hasSize(2);
    return evaluations;
  }

  /** The evaluations that the lineage names. */
  static Set<Digest> digests(ReleaseBench bench) {
    return bench.events.stream()
        .filter(LineageLinked.class::isInstance)
        .map(LineageLinked.class::cast)
        .filter(link -> link.verb().equals("measured on"))
        .map(link -> link.to().digest())
        .collect(Collectors.toSet());
  }

  /** What both variants saw, whatever the policy says of them. */
  private static Set<Digest> evaluated(ReleaseBench bench) throws IOException {
    return evaluations(bench).stream()
        .map(each -> Digest.sha256(each.images().toString().getBytes(StandardCharsets.UTF_8)))
        .collect(Collectors.toSet());
  }

  static Release.Step step(Release release, String name) {
    return release.steps().stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
