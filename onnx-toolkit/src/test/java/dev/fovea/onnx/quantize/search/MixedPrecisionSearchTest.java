package dev.fovea.onnx.quantize.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.PackedSize;
import dev.fovea.onnx.prune.MagnitudePruning;
import dev.fovea.onnx.prune.MagnitudePruning.Scope;
import dev.fovea.onnx.quantize.Models;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.RandomModel;
import dev.fovea.onnx.quantize.ReferenceModel;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.search.Candidate.Made;
import dev.fovea.onnx.quantize.search.Front.Point;
import dev.fovea.onnx.quantize.search.Front.Preference;
import dev.fovea.onnx.quantize.search.Front.Reason;
import dev.fovea.onnx.quantize.search.Front.Standing;
import dev.fovea.onnx.quantize.search.LatencyProbe.Latency;
import dev.fovea.onnx.quantize.search.MixedPrecisionSearch.Subject;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.OrtOptimiser;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MixedPrecisionSearchTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"ORT_X86", "TENSORRT"})
  void keepsTheLayerInFloatWhoseInputsHaveALoudChannel(QuantizationProfile profile)
      throws IOException {
    var model = Ruined.byActivations(1);
    var task = new AgreementTask(model, Ruined.inputs(2, 600));

    var front = front(model, profile, task, settings(0.02));

    assertThat(front.rank().getFirst().group().output()).isEqualTo("c3");
    assertThat(front.rank().getFirst().decibels()).isLessThan(front.rank().get(1).decibels() - 10);
    assertThat(front.left())
        .filteredOn(left -> left.name().equals("int8"))
        .extracting(Front.Left::reason)
        .containsExactly(Reason.BEYOND);
    var best = front.best(Preference.FASTEST).orElseThrow();
    assertThat(best.standing()).isEqualTo(Standing.SURE);
    // ONNX Runtime's form rounds what an integer operator writes, TensorRT's what one reads.
    assertThat(best.keptInFloat())
        .contains(
            profile == QuantizationProfile.TENSORRT
                ? new String[] {"c3"}
                : new String[] {"c3", "r2"})
        .doesNotContain("c1", "c5");
    assertThat(best.bytes()).isLessThan(OnnxWriter.size(model));
    assertThat(task.wholeDrop(written(model), best.model().orElseThrow())).isLessThan(0.02);
    assertNoneDominated(front);
  }

  /**
   * ONNX Runtime rounds the weights of a convolution itself where it finds it between a DQ and a Q,
   * though the model has them in float: only a session tells, and what is next to the layer has to
   * be in float too.
   */
  @Test
  void keepsWhatIsNextToALayerInFloatWhereTheRuntimeWouldRoundItAgain() throws IOException {
    var model = Ruined.byWeights(3);
    var task = new AgreementTask(model, Ruined.inputs(4, 600));
    var quantization = quantization(model, QuantizationProfile.ORT_X86);
    var alone = quantization.quantize(Set.of("c3", "r3")).model();
    assertThat(alone.graph().initializer("w3")).isPresent();
    assertThat(OrtOptimiser.optimise(alone, Optimisation.ALL).graph().initializer("w3")).isEmpty();

    var front = front(model, QuantizationProfile.ORT_X86, task, settings(0.05));

    assertThat(front.rank().getFirst().group().output()).isEqualTo("c3");
    assertThat(front.left())
        .filteredOn(left -> left.name().equals("float-1"))
        .singleElement()
        .satisfies(left -> assertThat(left.why()).startsWith("falls by 0.9688 ["));
    var best = front.best(Preference.SMALLEST).orElseThrow();
    assertThat(best.name()).isEqualTo("float-around-1");
    assertThat(best.keptInFloat()).containsExactlyInAnyOrder("c3", "r3", "c2", "r2");
    assertThat(best.how()).contains("Conv 'conv3'");
  }

  @Test
  void takesAllInIntegersWhereThatCostsNothing() throws IOException {
    var model = Ruined.sound(5);
    var task = new AgreementTask(model, Ruined.inputs(6, 600));

    var front = front(model, QuantizationProfile.ORT_X86, task, settings(0.05));

    assertThat(front.best(Preference.FASTEST).orElseThrow().name()).isEqualTo("int8");
    assertNoneDominated(front);
    assertThat(front.base().isFloat()).isTrue();
    assertThat(front.base().bytes()).isEqualTo(OnnxWriter.size(model));
  }

  /** Each decision before the last image is compared with what all images say. */
  @Test
  void stopsAndAcceptsAsAllImagesWould() throws IOException {
    int wrong = 0;
    int decided = 0;
    long asked = 0;
    long all = 0;
    double budget = 0.02;
    for (int seed = 0; seed < 6; seed++) {
      var model =
          seed % 3 == 0
              ? Ruined.byActivations(seed)
              : seed % 3 == 1 ? Ruined.byWeights(seed) : Ruined.sound(seed);
      var inputs = Ruined.inputs(100 + seed, 500);
      var task = new AgreementTask(model, inputs);
      var search = search(model, QuantizationProfile.ORT_X86, task, settings(budget), times(model));
      task.asked = 0;
      var front = search.run(SearchWatch.NONE);
      asked += task.asked;
      all += search.cost().inferences();
      var reference = written(model);
      for (var point : front.points()) {
        if (!point.isFloat()) {
          decided++;
          double drop = task.wholeDrop(reference, point.model().orElseThrow());
          assertThat(point.drop().estimate()).isCloseTo(drop, within(1e-12));
          wrong += drop > budget ? 1 : 0;
        }
      }
      for (var left : front.left()) {
        if (left.reason() == Reason.BEYOND || left.reason() == Reason.ASIDE) {
          decided++;
          var again = folder.resolve("again.onnx");
          Files.write(
              again,
              OnnxWriter.bytes(
                  quantization(model, QuantizationProfile.ORT_X86)
                      .quantize(left.keptInFloat())
                      .model()));
          wrong += task.wholeDrop(reference, again) <= budget ? 1 : 0;
        }
      }
    }
    assertThat(decided).isGreaterThan(15);
    assertThat(wrong).isZero();
    assertThat(asked).isLessThan(all * 4 / 5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void hasNoPointThatAnotherDominatesOnNetworksOfAnyShape(long seed) throws IOException {
    var model = RandomModel.of(seed);
    var inputs =
        IntStream.range(0, 96).mapToObj(i -> ReferenceModel.randomInput(seed * 1000 + i)).toList();
    var task = new AgreementTask(model, inputs);

    var front = front(model, QuantizationProfile.ORT_X86, task, settings(0.2));

    assertNoneDominated(front);
    assertThat(front.rank()).isNotEmpty();
    var names = new ArrayList<String>();
    front.points().forEach(point -> names.add(point.name()));
    front.left().forEach(left -> names.add(left.name()));
    assertThat(names).doesNotHaveDuplicates().contains("int8");
    for (var point : front.points()) {
      if (point.model().isPresent()) {
        assertThat(Files.size(point.model().get())).isEqualTo(point.bytes());
        assertThat(OnnxReader.read(point.model().get()).graph().outputs()).hasSize(1);
      }
    }
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize((int) front.points().stream().filter(p -> !p.isFloat()).count());
    }
  }

  @Test
  void givesTheSameFrontForTheSameSeed() throws IOException {
    var model = Ruined.byActivations(1);
    var inputs = Ruined.inputs(2, 300);

    var once =
        front(model, QuantizationProfile.ORT_X86, new AgreementTask(model, inputs), settings(0.05));
    var again =
        front(model, QuantizationProfile.ORT_X86, new AgreementTask(model, inputs), settings(0.05));

    assertThat(again).isEqualTo(once);
  }

  @Test
  void saysWhatItCostsBeforeAndKeepsToIt() throws IOException {
    var model = Ruined.byActivations(1);
    var task = new AgreementTask(model, Ruined.inputs(2, 200));
    var timed = new ArrayList<Path>();

    var search =
        search(
            model,
            QuantizationProfile.ORT_X86,
            task,
            settings(0.02),
            path -> {
              timed.add(path);
              return times(model).measure(path);
            });

    assertThat(timed).hasSize(1);
    assertThat(task.asked).isEqualTo(4);
    assertThat(search.cost().words()).contains("candidates").contains("inferences").contains(" s");
    var front = search.run(SearchWatch.NONE);
    assertThat(timed).hasSizeLessThanOrEqualTo(search.cost().profiles());
    assertThat(front.inferences()).isBetween(200L, search.cost().inferences());
  }

  @Test
  void saysWhatComesNearestWhereNothingIsWithinTheBudget() throws IOException {
    var model = Ruined.byActivations(1);
    var inputs = Ruined.inputs(2, 300);
    // A measure that falls by all there is for anything but the float model itself.
    var strict = new Falling(new AgreementTask(model, inputs), 0.5);

    var front = front(model, QuantizationProfile.ORT_X86, strict, settings(0.01));

    assertThat(front.best(Preference.FASTEST)).isEmpty();
    assertThat(front.points()).extracting(Point::name).containsExactly(Front.FLOAT);
    assertThat(front.nearest().orElseThrow().drop().orElseThrow().estimate()).isEqualTo(0.5);
    assertThat(front.nearest().orElseThrow().why()).startsWith("falls by 0.5000 [");
    // Half of all is known to be too much long before the last image.
    assertThat(front.nearest().orElseThrow().images()).isLessThan(300);
  }

  @Test
  void leavesCandidatesWithoutAMeasure() throws IOException {
    var model = Ruined.sound(1);
    var task = new Falling(new AgreementTask(model, Ruined.inputs(2, 100)), Double.NaN);

    var front = front(model, QuantizationProfile.ORT_X86, task, settings(0.01));

    assertThat(front.points()).extracting(Point::name).containsExactly(Front.FLOAT);
    assertThat(front.left())
        .allSatisfy(left -> {
          assertThat(left.reason()).isEqualTo(Reason.FAILED);
          assertThat(left.why()).contains("not defined on its answers to 100 images");
        });
  }

  @Test
  void refusesAFloatModelWithoutAMeasure() throws IOException {
    var model = Ruined.sound(1);
    var task =
        new Falling(new AgreementTask(model, Ruined.inputs(2, 50)), 0) {
          @Override
          public Optional<BootstrapInterval> drop(
              List<Boolean> before, List<Boolean> after, double confidence) {
            return Optional.empty();
          }
        };
    var search = search(model, QuantizationProfile.ORT_X86, task, settings(0.01), times(model));

    assertThatThrownBy(() -> search.run(SearchWatch.NONE))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("not defined on the float model's answers to 50 images");
    assertFolderIsEmpty();
  }

  @Test
  void refusesAModelWithoutAnOperatorInIntegers() {
    var node = dev.fovea.onnx.graph.Node.of("", "Sin", List.of("x"), List.of("y"));
    var model =
        Models.of(
            new dev.fovea.onnx.graph.Graph(
                "sin",
                List.of(node),
                List.of(),
                List.of(Models.image("x", 3)),
                List.of(Models.image("y", 3)),
                List.of()));
    var task = new Falling(new AgreementTask(model, Ruined.inputs(2, 5)), 0);

    assertThatThrownBy(
            () -> search(model, QuantizationProfile.ORT_X86, task, settings(0.01), times(model)))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("none of them can compute in INT8");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 12})
  void leavesNothingBehindWhenCancelled(int after) throws IOException {
    var model = Ruined.byActivations(1);
    var task = new AgreementTask(model, Ruined.inputs(2, 200));
    var search = search(model, QuantizationProfile.ORT_X86, task, settings(0.01), times(model));
    var watch =
        new SearchWatch() {
          private int steps;

          @Override
          public void at(double share, String what) {
            assertThat(share).isBetween(0.0, 1.0);
          }

          @Override
          public boolean cancelled() {
            return steps++ == after;
          }
        };

    assertThatThrownBy(() -> search.run(watch))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("cancelled after");
    assertFolderIsEmpty();
  }

  @Test
  void leavesACandidateThatCannotBeMadeOrTimed() throws IOException {
    var model = Ruined.sound(1);
    var inputs = Ruined.inputs(2, 60);
    var broken =
        new Candidate(
            "broken",
            "never there",
            Set.of(),
            () -> {
              throw new NotQuantizable("it is broken", "Mend it.");
            });
    var twin = new Candidate("twin", "the model again", Set.of(), () -> model);
    var other = new Candidate("other twin", "the model again", Set.of(), () -> model);
    var subject =
        new Subject<>(
            model,
            quantization(model, QuantizationProfile.ORT_X86),
            Set.of(),
            List.of(broken, twin, other),
            inputs.subList(0, 8),
            8,
            new AgreementTask(model, inputs),
            times(model));

    var front = MixedPrecisionSearch.plan(subject, settings(0.5), folder).run(SearchWatch.NONE);

    assertThat(front.left())
        .filteredOn(left -> left.name().equals("broken"))
        .singleElement()
        .satisfies(left -> assertThat(left.why()).isEqualTo("it is broken"));
    assertThat(front.left())
        .filteredOn(left -> left.name().equals("other twin"))
        .singleElement()
        .satisfies(left -> assertThat(left.why()).isEqualTo("is 'twin' byte for byte"));
  }

  /** In its file a zero is as large as any other number, so that only compression tells. */
  @Test
  void keepsAModelOfManyZerosWhereTheSizeAfterCompressionCounts() throws IOException {
    var model = Ruined.sound(1);
    var inputs = Ruined.inputs(2, 200);
    var sparse =
        new Candidate(
            "sparse",
            "a tenth of the weights is 0",
            Set.of(),
            7,
            () ->
                new Made(
                    MagnitudePruning.prune(model, 0.1, Scope.GLOBAL).model(),
                    Optional.of("and so it was made")));
    var subject =
        new Subject<>(
            model,
            quantization(model, QuantizationProfile.ORT_X86),
            Set.of(),
            List.of(sparse),
            inputs.subList(0, 8),
            8,
            new Falling(new AgreementTask(model, inputs), 0.01),
            path -> new Latency(1, 1, 1, 10));

    var plain = MixedPrecisionSearch.plan(subject, settings(0.5), folder);
    var before = plain.run(SearchWatch.NONE);
    var search = MixedPrecisionSearch.plan(subject, settings(0.5).withPacked(true), folder);
    var front = search.run(SearchWatch.NONE);

    assertThat(before.points()).allMatch(point -> point.packed().isEmpty());
    assertThat(before.points()).extracting(Point::name).doesNotContain("sparse");
    assertThat(front.points()).allMatch(point -> point.packed().isPresent());
    assertThat(front.base().packed().orElseThrow()).isLessThan(front.base().bytes());
    assertThat(before.left())
        .filteredOn(left -> left.name().equals("sparse"))
        .singleElement()
        .satisfies(left ->
            assertThat(left.how()).isEqualTo("a tenth of the weights is 0; and so it was made"));
    for (var point : front.points()) {
      if (point.model().isPresent()) {
        var bytes = Files.readAllBytes(point.model().get());
        assertThat(point.packed()).hasValue(PackedSize.of(bytes));
      }
    }
    assertThat(search.cost().inferences())
        .as("making it is counted")
        .isEqualTo(200L * (search.cost().candidates() + 1) + 16 + 7);
    assertThat(front.inferences()).isLessThanOrEqualTo(search.cost().inferences());
  }

  @Test
  void looksAtTwiceAsManyImagesEachTime() {
    assertThat(Race.looks(100, 32)).containsExactly(32, 64, 100);
    assertThat(Race.looks(32, 32)).containsExactly(32);
    assertThat(Race.looks(3, 32)).containsExactly(3);
  }

  private void assertFolderIsEmpty() throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private static void assertNoneDominated(Front front) {
    for (var one : front.points()) {
      for (var other : front.points()) {
        assertThat(
                one != other
                    && one.drop().estimate() <= other.drop().estimate()
                    && one.latency().p50() <= other.latency().p50()
                    && one.bytes() <= other.bytes())
            .as("%s dominates %s", one, other)
            .isFalse();
      }
    }
  }

  private <A> Front front(
      OnnxModel model, QuantizationProfile profile, SearchTask<A> task, SearchSettings settings)
      throws IOException {
    return search(model, profile, task, settings, times(model)).run(SearchWatch.NONE);
  }

  private <A> MixedPrecisionSearch<A> search(
      OnnxModel model,
      QuantizationProfile profile,
      SearchTask<A> task,
      SearchSettings settings,
      LatencyProbe latency)
      throws IOException {
    var examples = examples(model);
    return MixedPrecisionSearch.plan(
        new Subject<>(
            model,
            quantization(model, profile),
            Set.of(),
            List.of(),
            examples,
            examples.size(),
            task,
            latency),
        settings,
        folder);
  }

  private static List<Map<String, FloatTensor>> examples(OnnxModel model) {
    return model.graph().name().equals("random")
        ? IntStream.range(0, 16).mapToObj(ReferenceModel::randomInput).toList()
        : Ruined.inputs(77, 16);
  }

  private static Quantization quantization(OnnxModel model, QuantizationProfile profile) {
    var ranges = Calibration.collect(model, CalibrationMethod.minMax(), examples(model));
    return kept -> Quantizer.quantize(model, ranges, profile, kept);
  }

  /** A device that is as slow as the weights that it reads are many: no clock in a test. */
  private static LatencyProbe times(OnnxModel model) {
    var prepared = Preparation.prepare(model);
    return path -> {
      double bytes =
          OnnxReader.read(path).graph().initializers().stream()
              .mapToDouble(each -> each.data().remaining())
              .sum();
      double p50 = 1 + bytes / prepared.graph().nodes().size();
      return new Latency(p50, p50, p50, 100);
    };
  }

  private Path written(OnnxModel model) throws IOException {
    var file = folder.resolve("reference.onnx");
    Files.write(file, OnnxWriter.bytes(model));
    return file;
  }

  private static SearchSettings settings(double budget) {
    return new SearchSettings(budget, 0.95, 32, 24, 7);
  }

  /** The drop of everything but the float model from itself. */
  private static class Falling implements SearchTask<Boolean> {
    private final AgreementTask task;
    private final double drop;

    Falling(AgreementTask task, double drop) {
      this.task = task;
      this.drop = drop;
    }

    @Override
    public int images() {
      return task.images();
    }

    @Override
    public List<Boolean> answers(Path model, List<Integer> places) {
      return task.answers(model, places);
    }

    @Override
    public Optional<BootstrapInterval> drop(
        List<Boolean> before, List<Boolean> after, double confidence) {
      double fallen = before == after ? 0 : drop;
      return Optional.of(new BootstrapInterval(fallen, 0.01, 0, fallen, fallen, confidence, 300));
    }
  }
}
