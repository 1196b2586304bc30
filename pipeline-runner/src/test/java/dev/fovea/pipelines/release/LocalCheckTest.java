package dev.fovea.pipelines.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.quantize.given.GivenQuantization;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.pipelines.LocalCheck;
import dev.fovea.pipelines.LocalCheck.Checked;
import dev.fovea.pipelines.LocalCheck.Request;
import dev.fovea.pipelines.PrecisionFront;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.fixture.Folders;
import dev.fovea.pipelines.fixture.Shades;
import dev.fovea.pipelines.fixture.Squares;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verdict without a server, beside that of the server's own job. */
class LocalCheckTest {
  private static final long LIMIT = 1L << 30;

  /** What is the same wherever it runs: latencies are not. */
  private static final String POLICY =
      ReleaseBench.POLICY.replaceFirst("    - .measure: latency-p99.*\n", "")
          + "    - {measure: size, of: int8, at-most: 1MiB}\n";

  @TempDir private Path home;
  private Path model;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    model = Files.write(home.resolve("shades.onnx"), Shades.model(0));
    data = Folders.shades(home.resolve("data/shades"));
  }

  @Test
  void comesToTheDigestsAndRulingsOfTheServersJob() throws Exception {
    for (float bias : new float[] {0, 50}) {
      Files.write(model, Shades.model(bias));
      var here = check(POLICY);
      var there = onServer(Shades.model(bias), POLICY);
      assertThat(there.state()).isEqualTo(bias == 0 ? State.RELEASED : State.REFUSED);
      assertSame(here, there);
      assertThat(here.verdict().passed()).isEqualTo(bias == 0);
    }
  }

  @Test
  void comesToThoseUnderFaultsToo() throws Exception {
    var policy =
        POLICY
            + "    - {measure: accuracy-under, sweep: noise, range: [0%, 40%], at-least: 0.9}\n"
            + "    - {measure: accuracy-under, of: fp32, slice: night, sweep: jpeg, range: [0,"
            + " 0.9], at-least: 0.5}\n"
            + "    - {measure: accuracy-under, sweep: brightness, range: [-60%, 0%], at-least:"
            + " 0.9}\n";
    var here = check(policy);
    assertSame(here, onServer(Shades.model(0), policy));
    assertThat(here.verdict().rulings().getLast().outcome()).isEqualTo(Outcome.FAIL);
    var objects = cached();
    check(policy.replace("at-least: 0.9}", "at-least: 0.4}"));
    assertThat(cached()).as("the verdict alone is new").hasSize(objects.size() + 1);
  }

  @Test
  void comesToThoseOfADetectorToo() throws Exception {
    data = Folders.squares(home.resolve("squares"));
    var policy = Squares.POLICY.replaceFirst("    - .*slice: night.*\n", "");
    for (float off : new float[] {0, 5}) {
      Files.write(model, Squares.model(off));
      var here = check(policy);
      var there = onServer(Squares.model(off), policy);
      assertThat(there.state()).isEqualTo(off == 0 ? State.RELEASED : State.REFUSED);
      assertSame(here, there);
    }
  }

  @Test
  void comesToThoseOfADetectorThatSeesTilesToo() throws Exception {
    data = Folders.squares(home.resolve("squares"));
    Files.write(model, Squares.model(0));
    var whole = Squares.POLICY.replaceFirst("    - .*slice: night.*\n", "");
    var tiled =
        whole.replace("most: 50}", "most: 50, tiles: {size: [48, 32], overlap: 0.5, match: iou}}");
    var here = check(tiled);
    assertSame(here, onServer(Squares.model(0), tiled));
    assertThat(here.int8()).as("calibrated on tiles").isNotEqualTo(check(whole).int8());
    assertThat(here.steps())
        .filteredOn(step -> step.name().equals("evaluate"))
        .singleElement()
        .extracting(Release.Step::summary)
        .asString()
        .contains(
            "in tiles of 48 x 32 px with overlap 0.5, and the whole image, merged by greedy-nmm with iou from 0.5 on: 1 to ");
  }

  @Test
  void measuresThisMachineAndNoOther() throws Exception {
    var checked =
        check(
            POLICY
                + "    - {measure: latency-p99, of: int8, device: local-cpu, at-most: 5s}\n"
                + "    - {measure: latency-p50, of: int8, device: orin-nx, at-most: 5s}\n");
    var rulings = checked.verdict().rulings();
    var here = rulings.get(rulings.size() - 2);
    assertThat(here.outcome()).isEqualTo(Outcome.PASS);
    assertThat(here.measured()).isBetween(1e-3, 5_000.0);
    assertThat(here.on()).isEqualTo("device local-cpu, 1,000 samples");
    assertThat(rulings.getLast().outcome()).isEqualTo(Outcome.ERROR);
    assertThat(rulings.getLast().explanation()).contains("could not be measured on device orin-nx");
    assertThat(checked.verdict().passed()).isFalse();
  }

  @Test
  void makesNothingTwiceWhenThePolicyChanges() throws Exception {
    var latency = "    - {measure: latency-p99, of: int8, device: local-cpu, at-most: %s}\n";
    var first = check(POLICY + latency.formatted("5s"));
    var objects = cached();
    var second =
        check(POLICY.replace("at-least: 0.9}", "at-least: 0.91}") + latency.formatted("4s"));
    assertThat(second.int8()).isEqualTo(first.int8());
    assertThat(second.verdict().rulings().getLast().measured())
        .as("the profile is the one that was taken")
        .isEqualTo(first.verdict().rulings().getLast().measured());
    assertThat(cached()).containsAllEntriesOf(objects).hasSize(objects.size() + 1);

    var again =
        new LocalCheck(request(POLICY + latency.formatted("4s"), LIMIT, true), (_, _, _) -> {})
            .run();
    assertThat(again.int8()).isEqualTo(first.int8());
    assertThat(cached().keySet()).as("the profile is another").isNotEqualTo(objects.keySet());
  }

  @Test
  void makesAnotherModelForEachWayToQuantize() throws Exception {
    var plain = check(POLICY);
    var int8 = new HashSet<>(Set.of(plain.int8()));
    for (var way :
        List.of(
            "bias-correction: true",
            "target: tensorrt",
            "method: entropy",
            "equalisation: true, method: mse",
            "type: weight-only",
            "type: fp16")) {
      var policy =
          POLICY.replace(
              "quantize: {target: ort-x86, calibration: 32}",
              "quantize: {calibration: 32, %s}".formatted(way));
      assertThat(policy).contains(way);
      var checked = check(policy);
      assertThat(checked.fp32()).isEqualTo(plain.fp32());
      assertThat(checked.verdict().passed()).as(way).isTrue();
      assertThat(int8.add(checked.int8())).as(way).isTrue();
    }
  }

  @Test
  void choosesByASearchWithinTheBudgetAndSaysBeforeWhatThatTakes() throws Exception {
    var policy =
        searching(
            POLICY, "{search: {budget: 20pp, images: 40, prefer: smallest}, calibration: 32}");
    var told = new ArrayList<String>();
    var watching =
        new LocalCheck.Watching() {
          @Override
          public void at(String step, double share, String summary) {
            told.add(step + " " + summary);
          }

          @Override
          public void cost(String step, String words) {
            told.add(step + " costs " + words);
          }
        };

    var checked = new LocalCheck(request(policy, LIMIT, false), watching).run();

    var front = checked.verdict().front().orElseThrow();
    assertThat(front.measure()).isEqualTo("accuracy");
    assertThat(front.images()).isEqualTo(40);
    assertThat(front.on()).isEqualTo("40 training images, 24 of which calibrated it too");
    assertThat(front.points()).extracting(PrecisionFront.Point::name).contains(front.chosen());
    assertThat(front.noisiest()).isNotEmpty();
    var cost = told.stream().filter(each -> each.startsWith("quantize costs search over")).toList();
    assertThat(cost).singleElement().asString().contains(front.cost()).contains("inferences");
    assertThat(told.indexOf(cost.getFirst()))
        .isLessThan(told.indexOf("quantize making and timing weight-only"));
    assertThat(told).contains("quantize making and timing int8");
    assertThat(checked.steps().get(2).summary()).contains("on the front: accuracy falls by");
    var names = new ArrayList<String>();
    front.points().forEach(point -> names.add(point.name()));
    front.left().forEach(left -> names.add(left.name()));
    assertThat(names).contains("int8", "fp16", "weight-only");

    var again = check(policy.replace("at-least: 0.9}", "at-least: 0.91}"));
    assertThat(again.verdict().front()).as("it is not searched twice").contains(front);
    assertThat(again.int8()).isEqualTo(checked.int8());
    assertThat(check(POLICY).verdict().front()).isEmpty();
  }

  @Test
  void searchesByWhatADetectorFinds() throws Exception {
    data = Folders.squares(home.resolve("squares"));
    Files.write(model, Squares.model(0));
    var policy = Squares.POLICY.replaceFirst("    - .*slice: night.*\n", "");
    var checked = check(searching(policy, "{search: {budget: 0.5}, calibration: 24}"));
    var front = checked.verdict().front().orElseThrow();
    assertThat(front.measure()).isEqualTo("map");
    assertThat(front.points()).extracting(PrecisionFront.Point::name).contains(front.chosen());
  }

  @Test
  void triesPrunedModelsInTheSameSearch() throws Exception {
    var wide = wide(64);
    var policy =
        searching(
            POLICY,
            "{search: {budget: 20pp, images: 40, prefer: smallest, prune: {structured: [1%, 90%],"
                + " magnitude: [50%]}}, calibration: 32}");
    Files.write(model, wide);

    var there = onServer(wide, policy);

    assertThat(there.state()).as(there.reason()).isEqualTo(State.RELEASED);
    var front = there.verdict().orElseThrow().front().orElseThrow();
    assertThat(front.chosen()).startsWith("pruned-90");
    var chosen =
        front.points().stream()
            .filter(point -> point.name().equals(front.chosen()))
            .findFirst()
            .orElseThrow();
    assertThat(chosen.bytes()).isLessThan(front.base().bytes() / 4);
    assertThat(chosen.how()).startsWith("90 % of the channels of each layer removed");
    assertThat(front.points()).allMatch(point -> point.packed().isPresent());
    assertThat(front.base().packed().orElseThrow()).isLessThan(front.base().bytes());
    var names = new ArrayList<String>();
    front.points().forEach(point -> names.add(point.name()));
    front.left().forEach(left -> names.add(left.name()));
    assertThat(names)
        .contains("int8", "pruned-90", "pruned-90-int8", "sparse-50", "sparse-50-int8");
    assertThat(front.left())
        .filteredOn(left -> left.name().equals("pruned-1"))
        .singleElement()
        .satisfies(left -> {
          assertThat(left.reason()).isEqualTo("failed");
          assertThat(left.why())
              .contains("a share of 0.01 of no layer's is a whole channel, of 64 that could go");
        });
    assertThat(front.points())
        .filteredOn(point -> point.name().startsWith("pruned-90"))
        .isNotEmpty()
        .allSatisfy(point -> assertThat(point.how()).contains("; ").contains("on 32 images"));
    // Each of six pruned models is asked about 40 images, and calibrated where it is INT8. Three
    // are corrected: two passes of the whole model, two for each of two layers, four that compare.
    var plain = onServer(wide, policy.replaceFirst(", prune: .*?\\}, ", "}, "));
    assertThat(inferences(front))
        .isEqualTo(
            inferences(plain.verdict().orElseThrow().front().orElseThrow())
                + 6 * 40
                + 3 * 32
                + 3 * (2 + 2 * 2 + 4) * 32);
    assertThat(plain.verdict().orElseThrow().front().orElseThrow().points())
        .allMatch(point -> point.packed().isEmpty());
  }

  private static long inferences(PrecisionFront front) {
    var matcher = Pattern.compile("([0-9,]+) inferences").matcher(front.cost());
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1).replace(",", ""));
  }

  /** The model of {@link Shades} with more hidden numbers, of which all but four say little. */
  private static byte[] wide(int width) {
    var shades = OnnxReader.read(Shades.model(0));
    var graph = shades.graph();
    var body = Arrays.copyOf(graph.initializer("body.w").orElseThrow().floats(), width * 64);
    Arrays.fill(body, 4 * 64, body.length, 1e-3f);
    var bias = Arrays.copyOf(graph.initializer("body.b").orElseThrow().floats(), width);
    var narrow = graph.initializer("head.w").orElseThrow().floats();
    var head = new float[2 * width];
    Arrays.fill(head, 1e-3f);
    System.arraycopy(narrow, 0, head, 0, 4);
    System.arraycopy(narrow, 4, head, width, 4);
    return OnnxWriter.bytes(
        shades.withGraph(
            graph.withInitializers(
                List.of(
                    Tensor.ofFloats("body.w", List.of((long) width, 64L), body),
                    Tensor.ofFloats("body.b", List.of((long) width), bias),
                    Tensor.ofFloats("head.w", List.of(2L, (long) width), head),
                    graph.initializer("head.b").orElseThrow()))));
  }

  @Test
  void timesModelsOnTheDeviceThatTheTeamNamesAndOnNoOther() throws Exception {
    var searched = "{search: {budget: 20pp, images: 40, device: %s}, calibration: 32}";
    var checked = check(searching(POLICY, searched.formatted("local-cpu")));

    var front = checked.verdict().front().orElseThrow();
    assertThat(front.device().orElseThrow().name()).isEqualTo(Name.of("local-cpu"));
    assertThat(front.device().orElseThrow().facts()).isNotEmpty();
    assertThat(front.cost()).endsWith("; timed on device local-cpu");
    assertThat(front.where()).endsWith(", timed on device local-cpu");
    assertThat(front.base().p50().value()).isPositive();

    var elsewhere = searching(POLICY, searched.formatted("orin-nx"));
    assertProblem(elsewhere).hasMessageContaining("there is no device 'orin-nx' here");
    var there = onServer(Shades.model(0), elsewhere);
    assertThat(there.state()).isEqualTo(State.FAILED);
    assertThat(there.reason()).contains("there is no device 'orin-nx' here");
    assertThat(there.verdict()).isEmpty();
  }

  private static String searching(String policy, String quantize) {
    var changed = policy.replaceFirst("quantize: \\{.*\\}\n", "quantize: " + quantize + "\n");
    assertThat(changed).contains("search");
    return changed;
  }

  @Test
  void keepsTheQAndDqOfAModelThatHasThem() throws Exception {
    var given = trained();
    Files.write(model, OnnxWriter.bytes(given));
    // Nothing is calibrated, so no training image is needed.
    var labels = Files.readString(data.resolve("labels.csv"));
    Files.writeString(data.resolve("labels.csv"), labels.replace(",train,", ",val,"));
    var here = check(POLICY);
    var there = onServer(OnnxWriter.bytes(given), POLICY);
    assertThat(there.state()).as(there.reason()).isEqualTo(State.RELEASED);
    assertSame(here, there);
    var file = Digest.sha256(OnnxWriter.bytes(given)).toString();
    var exported = given.withMetadata("fovea.model", file);
    var kept = GivenQuantization.keep(exported, QuantizationProfile.ORT_X86).model();
    assertThat(here.int8()).isEqualTo(Digest.sha256(OnnxWriter.bytes(kept)));
    assertThat(kept.graph().initializers()).containsAll(given.graph().initializers());
    assertThat(there.steps())
        .filteredOn(step -> step.name().equals("quantize"))
        .singleElement()
        .extracting(Release.Step::summary)
        .asString()
        .contains("by the model's own Q and DQ: 7 pairs kept, nothing calibrated");
  }

  @Test
  void refusesToChangeOrGuessTheScalesOfSuchAModel() throws Exception {
    Files.write(model, OnnxWriter.bytes(trained()));
    for (var way : List.of("bias-correction: true", "equalisation: true", "method: entropy")) {
      assertProblem(POLICY.replace("target: ort-x86", way))
          .hasMessageContaining(
              "the model has its own Q and DQ, and 'quantize' asks for "
                  + way.replace(": true", "").replace("method: ", ""));
    }
    assertProblem(POLICY.replace("ort-x86", "tensorrt"))
        .hasMessageContaining("which TensorRT needs");
    var broken = trained();
    Files.write(
        model,
        OnnxWriter.bytes(
            broken.withGraph(broken.graph().replacing(Tensor.scalar("features_scale", 0f)))));
    assertProblem(POLICY)
        .hasMessageContaining("scale 0.0 at element 0 of 'features_scale'")
        .hasMessageContaining("node 'features_QuantizeLinear'");
  }

  /** As training with quantisation in mind leaves it. */
  private static OnnxModel trained() {
    var random = new Random(4);
    var batches = new ArrayList<Map<String, FloatTensor>>();
    for (int batch = 0; batch < 8; batch++) {
      var pixels = new float[64];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = random.nextFloat(-1, 1);
      }
      batches.add(Map.of("x", FloatTensor.of(pixels, 1, 1, 8, 8)));
    }
    var fp32 = OnnxReader.read(Shades.model(0));
    var ranges = Calibration.collect(fp32, CalibrationMethod.minMax(), batches);
    return Quantizer.quantize(fp32, ranges, QuantizationProfile.ORT_X86).model();
  }

  @Test
  void beginsAnewWhereTheCacheIsDamagedOrTooLarge() throws Exception {
    var first = check(POLICY);
    for (var file : cached().keySet()) {
      var damaged = home.resolve("cache").resolve(file);
      damaged.toFile().setWritable(true);
      Files.writeString(damaged, "damaged");
    }
    assertSame(first, check(POLICY));
    var stray = home.resolve("cache/objects/unfinished/large");
    Files.write(stray, new byte[1 << 20]);
    assertSame(first, new LocalCheck(request(POLICY, 1 << 20, false), (_, _, _) -> {}).run());
    assertThat(stray).doesNotExist();
  }

  @Test
  void takesNoFolderOfOtherThingsForACache() throws Exception {
    Files.createDirectories(home.resolve("cache"));
    Files.writeString(home.resolve("cache/thesis.txt"), "mine");
    assertProblem(POLICY)
        .hasMessageContaining("is no cache of checks: it is or holds something else");
    assertThat(home.resolve("cache/thesis.txt")).hasContent("mine");
  }

  @Test
  void writesNothingButItsCache() throws Exception {
    var before = written();
    check(POLICY);
    assertThat(written()).isEqualTo(before);
  }

  @Test
  void seesWhatAPushWouldSee() throws Exception {
    Files.delete(data.resolve("images/003.png"));
    Files.writeString(data.resolve("images/004.png"), "no image");
    assertProblem(POLICY)
        .hasMessageContaining("the server would refuse a push of this dataset, for 2 findings")
        .hasMessageContaining("labels.csv:5: orphan: ")
        .hasMessageContaining("images/003.png")
        .hasMessageContaining("undecodable: is no image");
  }

  @Test
  void saysWhichSplitIsMissing() throws Exception {
    var labels = Files.readString(data.resolve("labels.csv"));
    Files.writeString(data.resolve("labels.csv"), labels.replace(",test,", ",val,"));
    assertProblem(POLICY).hasMessageContaining("no image in its test split");
    Files.writeString(data.resolve("labels.csv"), labels.replace(",train,", ",val,"));
    assertProblem(POLICY).hasMessageContaining("no image in its train split");
  }

  @Test
  void saysWhichClassIsMissing() throws Exception {
    assertProblem(POLICY.replace("[dark, light]", "[dark]"))
        .hasMessageContaining("unknown-class: ")
        .hasMessageContaining(
            "label 'light' of images/001.png is no class (expected: one of dark)");
    assertProblem(POLICY.replace("[dark, light]", "[dark, grey, light]"))
        .hasMessageContaining("model with 2 outputs for an image (expected: 3, one a class");
  }

  @Test
  void refusesWhatIsNoModel() throws Exception {
    Files.writeString(model, "no model at all");
    assertProblem(POLICY).hasMessageContaining("ONNX");
    model = Files.write(home.resolve("cut.pt2"), new byte[] {'P', 'K', 3, 4, 0, 0});
    assertProblem(POLICY).hasMessageContaining("zip");
    try (var whole = LocalCheckTest.class.getResourceAsStream("rnn.pt2")) {
      var bytes = whole.readAllBytes();
      Files.write(model, bytes);
      assertProblem(POLICY)
          .extracting(e -> ((Problem) e).remedy())
          .asString()
          .contains("fovea.pipelines.python.command");
      Files.write(model, Arrays.copyOf(bytes, bytes.length / 2));
      assertProblem(POLICY).hasMessageContaining("zip");
    }
    model = Files.write(home.resolve("model.bin"), Shades.model(0));
    assertProblem(POLICY).hasMessageContaining("(expected: a file .onnx or .pt2)");
    model = home.resolve("absent.onnx");
    assertProblem(POLICY).hasMessageContaining("there is no model file");
  }

  @Test
  void refusesLinksThatLeadOut() throws Exception {
    var outside = Files.writeString(home.resolve("secret"), "secret");
    Files.createDirectories(data.resolve(".git"));
    Files.createSymbolicLink(data.resolve("images/link.png"), outside);
    assertProblem(POLICY).hasMessageContaining("'images/link.png' is a link out of the repository");
  }

  @Test
  void namesEveryMistakeOfATeamFileAndWhatIsMissingInIt() throws Exception {
    assertProblem(POLICY.replace("at-least: 0.9}", "at-least: 9}").replace("scale", "scael"))
        .hasMessageContaining("fovea.yaml:9: ")
        .hasMessageContaining("fovea.yaml:13: ");
    assertProblem(POLICY.substring(0, POLICY.indexOf("release:")))
        .hasMessage("fovea.yaml has no 'release', so no model can be judged");
  }

  private static void assertSame(Checked here, Release there) {
    assertThat(there.dataset()).isEqualTo(here.dataset());
    assertThat(there.fp32()).contains(here.fp32());
    assertThat(there.int8()).contains(here.int8());
    assertThat(there.verdict()).contains(here.verdict());
    assertThat(here.verdict().rulings()).extracting(Ruling::outcome).isNotEmpty();
  }

  private static void assertSame(Checked one, Checked other) {
    assertThat(other.dataset()).isEqualTo(one.dataset());
    assertThat(other.int8()).isEqualTo(one.int8());
    assertThat(other.verdict()).isEqualTo(one.verdict());
  }

  private Release onServer(byte[] file, String policy) throws Exception {
    try (var bench = new ReleaseBench(file, Optional.empty())) {
      bench.datasets.policy(policy);
      bench.datasets.version(Folders.push(data, policy, bench.objects));
      var digest = bench.start().digest();
      bench.work();
      return bench.release(digest);
    }
  }

  private Checked check(String policy) throws Exception {
    return new LocalCheck(request(policy, LIMIT, false), (_, _, _) -> {}).run();
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertProblem(String policy) {
    return assertThatThrownBy(() -> check(policy)).isInstanceOf(Problem.class);
  }

  private Request request(String policy, long cacheBytes, boolean fresh) {
    return new Request(
        model,
        Optional.empty(),
        data,
        policy,
        Name.of("local-cpu"),
        home.resolve("cache"),
        cacheBytes,
        fresh);
  }

  /** The objects of the cache. */
  private Map<String, Long> cached() throws IOException {
    var all = new TreeMap<String, Long>();
    try (var files = Files.walk(home.resolve("cache/objects/sha256"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        all.put(home.resolve("cache").relativize(file).toString(), Files.size(file));
      }
    }
    return all;
  }

  /** Everything but the cache, with its times. */
  private Map<Path, List<Object>> written() throws IOException {
    var all = new TreeMap<Path, List<Object>>();
    try (var files = Files.walk(home)) {
      for (var file : files.filter(each -> !each.startsWith(home.resolve("cache"))).toList()) {
        FileTime time = Files.getLastModifiedTime(file);
        if (!file.equals(home)) {
          all.put(file, List.of(time, Files.size(file)));
        }
      }
    }
    return all;
  }
}
