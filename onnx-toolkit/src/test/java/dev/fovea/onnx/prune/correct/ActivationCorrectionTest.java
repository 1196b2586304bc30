package dev.fovea.onnx.prune.correct;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.prune.MagnitudePruning;
import dev.fovea.onnx.prune.MagnitudePruning.Scope;
import dev.fovea.onnx.prune.NotPrunable;
import dev.fovea.onnx.prune.Prunable;
import dev.fovea.onnx.prune.PrunedModel;
import dev.fovea.onnx.prune.StructuredPruning;
import dev.fovea.onnx.quantize.Models;
import dev.fovea.onnx.quantize.ReferenceModel;
import dev.fovea.onnx.quantize.calibrate.ChannelSums.Axis;
import dev.fovea.onnx.quantize.calibrate.ObservedGraph;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationCorrectionTest {
  private static final SessionSettings PLAIN = SessionSettings.defaults().with(Optimisation.NONE);
  private static final int SIDE = 12;

  @ParameterizedTest
  @CsvSource({
    "cnn, structured",
    "cnn, magnitude",
    "residual, structured",
    "residual, magnitude",
    "concat, magnitude"
  })
  void givesEveryChannelTheMeanOfTheWholeModel(String name, String how) {
    var model = new ReferenceModel(name).fp32();
    var pruned = pruned(model, how, 0.4);
    var examples = references(0, 24);

    var corrected = ActivationCorrection.correct(model, pruned, examples);

    assertThat(corrected.done()).hasValueSatisfying(words -> assertThat(words).startsWith("means"));
    assertThat(corrected.model().metadata())
        .containsEntry("fovea.pruning.correction", corrected.done().orElseThrow());
    assertMeans(model, pruned, corrected.model(), examples);
  }

  @ParameterizedTest
  @CsvSource({
    "cnn, structured",
    "cnn, magnitude",
    "residual, structured",
    "residual, magnitude",
    "concat, magnitude"
  })
  void bringsTheOutputsNearerOnImagesThatItWasNotFittedTo(String name, String how) {
    var model = new ReferenceModel(name).fp32();
    var pruned = pruned(model, how, 0.4);

    var corrected = ActivationCorrection.correct(model, pruned, references(0, 24));

    var held = references(1000, 40);
    double before = error(model, pruned.model(), held);
    double after = error(model, corrected.model(), held);
    System.out.printf(
        "correction of %s, %s: mean square error of held-out outputs %.4f to %.4f; %s%n",
        name, how, before, after, corrected.done().orElse("nothing"));
    assertThat(after).isLessThan(0.6 * before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"structured", "magnitude"})
  void estimatesTheStatisticsOfNormalisationsAnew(String how) {
    var model = network(4, true, true);
    var pruned = pruned(model, how, 0.4);
    var examples = images(0, 24);

    var corrected = ActivationCorrection.correct(model, pruned, examples);

    assertMeans(model, pruned, corrected.model(), examples);
    assertThat(error(model, corrected.model(), images(1000, 40)))
        .isLessThan(0.8 * error(model, pruned.model(), images(1000, 40)));
    assertThat(corrected.model().graph().nodes())
        .filteredOn(node -> node.opType().equals("BatchNormalization"))
        .filteredOn(node -> node.inputs().get(3).endsWith("_corrected"))
        .isNotEmpty();
    assertThat(corrected.model().graph().nodes())
        .filteredOn(node -> node.opType().equals("Conv"))
        .as("what a normalisation takes is not taken by the convolution before it")
        .noneMatch(node -> node.inputs().stream().anyMatch(each -> each.endsWith("_corrected")));
  }

  /** The whole model's statistics are those of the examples, so the pruned one's become so too. */
  @Test
  void runningStatisticsBecomeThoseOfTheImages() {
    var examples = images(0, 16);
    var bare = normalised(new float[4], new float[] {1, 1, 1, 1});
    var whole = moments(bare, "c0", examples);
    var model = normalised(whole.means(), whole.variances());
    var pruned = MagnitudePruning.prune(model, 0.6, Scope.GLOBAL);
    var level = Sites.levels(pruned.model().graph()).getFirst();
    var inputs = new Examples(examples);
    var reference = Reference.of(model, pruned.kept(), inputs);

    var shift =
        requireNonNull(reference.shifts(pruned.model(), level, true, inputs).get(level.getFirst()));
    var graph = level.getFirst().corrected(pruned.model().graph(), shift);

    var now = moments(pruned.model(), "c0", examples);
    var node = graph.nodes().get(1);
    assertClose(graph.initializer(node.inputs().get(3)).orElseThrow().floats(), now.means());
    assertClose(graph.initializer(node.inputs().get(4)).orElseThrow().floats(), now.variances());
  }

  @Test
  void undoesWhatMovedMeansAndDeviations() {
    var model = network(3, false, true);
    // The second convolution is a third as loud and has another bias; nothing is lost by that.
    var graph = model.graph();
    var weights = graph.initializer("w1").orElseThrow();
    var quieter = weights.floats();
    for (int i = 0; i < quieter.length; i++) {
      quieter[i] /= 3;
    }
    var biases = graph.initializer("b1").orElseThrow().floats();
    for (int i = 0; i < biases.length; i++) {
      biases[i] -= 1;
    }
    var changed =
        graph
            .replacing(Tensor.ofFloats("w1", weights.shape(), quieter))
            .replacing(Tensor.ofFloats("b1", List.of((long) biases.length), biases));
    var report = MagnitudePruning.prune(model, 0, Scope.GLOBAL);
    var pruned = new PrunedModel(model.withGraph(changed), report.report(), report.kept());

    var corrected = ActivationCorrection.correct(model, pruned, images(0, 16));

    assertThat(corrected.done().orElseThrow()).startsWith("means and deviations of");
    assertThat(error(model, corrected.model(), images(1000, 16)))
        .isLessThan(1e-6 * error(model, pruned.model(), images(1000, 16)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"structured", "magnitude"})
  void givesBiasesToAModelWithoutAny(String how) {
    var model = network(3, false, false);
    var pruned = pruned(model, how, 0.4);
    var examples = images(0, 24);

    var corrected = ActivationCorrection.correct(model, pruned, examples);

    assertThat(model.graph().nodes()).noneMatch(node -> node.inputs().size() == 3);
    assertThat(corrected.model().graph().nodes()).anyMatch(node -> node.inputs().size() == 3);
    assertMeans(model, pruned, corrected.model(), examples);
    assertThat(error(model, corrected.model(), images(1000, 40)))
        .isLessThan(0.8 * error(model, pruned.model(), images(1000, 40)));
  }

  /** A filter of zeros with a bias gives the same everywhere; nothing is padded here. */
  @Test
  void biasesTakeWhatRemovedChannelsAddInMean() {
    var nodes =
        List.of(
            Node.of("first", "Conv", List.of("x", "w", "o"), List.of("c")),
            Node.of("last", "Conv", List.of("c", "w2"), List.of("y")));
    var weights =
        List.of(
            Tensor.ofFloats("w", List.of(2L, 1L, 1L, 1L), 1, 0),
            Tensor.ofFloats("o", List.of(2L), 0, 7),
            Tensor.ofFloats("w2", List.of(1L, 2L, 1L, 1L), 1, 3));
    var model =
        Models.of(
            new Graph(
                "g",
                nodes,
                weights,
                List.of(Models.image("x", 1)),
                List.of(Models.image("y", 1)),
                List.of()));
    var pruned = StructuredPruning.prune(model, 0.5);

    var corrected = ActivationCorrection.correct(model, pruned, List.of(whole(1, -4), whole(3, 9)));

    var expected = output(model, whole(5, 8));
    assertThat(output(corrected.model(), whole(5, 8))).containsExactly(expected);
    assertThat(output(pruned.model(), whole(5, 8))[0]).isEqualTo(expected[0] - 21);
  }

  @Test
  void bringsRandomNetworksNearerToTheWholeOnes() {
    int nearer = 0;
    int further = 0;
    for (int seed = 0; seed < 40; seed++) {
      var model = Prunable.of(seed);
      int base = 1000 * seed;
      var pruned = StructuredPruning.prune(model, 0.3);
      var examples = images(base, 32, Prunable.SIDE);
      var corrected = ActivationCorrection.correct(model, pruned, examples).model();
      assertThat(OnnxReader.read(OnnxWriter.bytes(corrected))).isEqualTo(corrected);
      assertThat(error(model, corrected, examples))
          .isLessThanOrEqualTo(error(model, pruned.model(), examples));
      var held = images(base + 500, 16, Prunable.SIDE);
      double before = error(model, pruned.model(), held);
      double after = error(model, corrected, held);
      nearer += after < before ? 1 : 0;
      further += after > before ? 1 : 0;
    }
    System.out.printf("correction of 40 random networks: %d nearer, %d further%n", nearer, further);
    assertThat(nearer).isGreaterThan(36);
  }

  /** Without it a signal fades with every layer that loses weights. */
  @Test
  void keepsTheSignalOfADeepNetworkFromFading() {
    var model = network(24, false, true);
    var pruned = pruned(model, "magnitude", 0.5);

    var corrected = ActivationCorrection.correct(model, pruned, images(0, 16));

    double before = error(model, pruned.model(), images(1000, 40));
    double after = error(model, corrected.model(), images(1000, 40));
    System.out.printf("24 layers: %.4f to %.4f; %s%n", before, after, corrected.done());
    assertThat(after).isLessThan(0.2 * before);
  }

  @Test
  void leavesAModelInWhichNothingHasMovedAsItIs() {
    var model = network(3, true, true);
    for (var pruned : List.of(pruned(model, "structured", 0), pruned(model, "magnitude", 0))) {
      var corrected = ActivationCorrection.correct(model, pruned, images(0, 4));
      assertThat(OnnxWriter.bytes(corrected.model())).isEqualTo(OnnxWriter.bytes(pruned.model()));
      assertThat(corrected.done()).isEmpty();
    }
  }

  /** The channels that go are 0 everywhere, so nobody behind misses them. */
  @Test
  void leavesAModelThatMissesNothingAsItIs() {
    var graph = network(2, false, true).graph();
    for (var name : List.of("w0", "b0", "w1", "b1")) {
      var weights = graph.initializer(name).orElseThrow();
      var values = weights.floats();
      Arrays.fill(values, 0, values.length / 8, 0);
      graph = graph.replacing(Tensor.ofFloats(name, weights.shape(), values));
    }
    var model = Models.of(graph);
    var pruned = StructuredPruning.prune(model, 0.125);
    assertThat(pruned.report().pruned()).isEqualTo(2);

    var corrected = ActivationCorrection.correct(model, pruned, images(0, 4));

    assertThat(corrected.done()).isEmpty();
    assertThat(OnnxWriter.bytes(corrected.model())).isEqualTo(OnnxWriter.bytes(pruned.model()));
  }

  @Test
  void doesNotCountImagesThatTheModelFailsOn() {
    var model = network(3, false, true);
    var pruned = pruned(model, "magnitude", 0.4);
    var sound = images(0, 6);
    var some = new ArrayList<>(sound);
    some.add(0, image(7, SIDE, 4));
    some.add(3, Map.of("x", nan()));
    some.add(Map.of("other", nan()));

    var corrected = ActivationCorrection.correct(model, pruned, some);

    assertThat(corrected.done().orElseThrow()).contains("on 6 of 9 images");
    assertThat(corrected.model().graph())
        .isEqualTo(ActivationCorrection.correct(model, pruned, sound).model().graph());
  }

  @Test
  void refusesImagesThatAllFailAndSaysWhy() {
    var model = network(3, false, true);
    var pruned = pruned(model, "magnitude", 0.4);

    assertThatThrownBy(() -> ActivationCorrection.correct(model, pruned, List.of()))
        .isInstanceOf(NotPrunable.class)
        .hasMessage("correction of activations with 0 example inputs (expected: >= 1)");
    var wrong = List.of(image(1, SIDE, 4), image(2, SIDE, 4));
    assertThatThrownBy(() -> ActivationCorrection.correct(model, pruned, wrong))
        .isInstanceOf(NotPrunable.class)
        .hasMessageStartingWith(
            "correction of activations: the model fails on all 2 example inputs; on the first:"
                + " input 'x': shape [1, 4, 12, 12] (expected: [1, 3, 12, 12]");
    assertThatThrownBy(
            () -> ActivationCorrection.correct(model, pruned, List.of(Map.of("x", nan()))))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining("all 1 example inputs")
        .hasMessageContaining("its activations are not finite");
    var old = new OnnxModel(8, Map.of("", 11L), "", model.graph(), Map.of());
    assertThatThrownBy(
            () -> ActivationCorrection.correct(old, pruned(old, "magnitude", 0.4), images(0, 2)))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining("operator set 11 (expected: >= 13)");
  }

  @Test
  void givesEqualBytesForEqualInputs() {
    var model = network(5, true, true);
    var pruned = pruned(model, "structured", 0.4);
    var first = ActivationCorrection.correct(model, pruned, images(0, 8));
    var second = ActivationCorrection.correct(model, pruned, images(0, 8));
    assertThat(OnnxWriter.bytes(second.model())).isEqualTo(OnnxWriter.bytes(first.model()));
    assertThat(second.done()).isEqualTo(first.done());
  }

  /** Two passes of the whole model, two for each level, and one in which four models are asked. */
  @Test
  void takesAsManyInferencesAsItSaysAndNoMoreForADeepModel() {
    var model = network(5, false, true);
    var read = new int[1];
    Iterable<Map<String, FloatTensor>> counted =
        () -> images(0, 3).stream().peek(_ -> read[0]++).iterator();

    ActivationCorrection.correct(model, pruned(model, "magnitude", 0.4), counted);

    int levels = 6;
    assertThat(read[0]).isEqualTo(3 * (2 + 2 * levels + 1));
    assertThat(ActivationCorrection.inferences(model, 3)).isEqualTo(3 * (2 + 2 * levels + 4));
    var deep = Sites.levels(network(200, false, false).graph());
    assertThat(deep).hasSize(64);
    assertThat(deep.getLast().getFirst().output()).isEqualTo("y");
    assertThat(ActivationCorrection.inferences(network(200, false, false), 3))
        .isEqualTo(3 * (2 + 2 * 64 + 4));
  }

  private static PrunedModel pruned(OnnxModel model, String how, double share) {
    return how.equals("structured")
        ? StructuredPruning.prune(model, share)
        : MagnitudePruning.prune(model, share, Scope.GLOBAL);
  }

  /** Measured by the tensors themselves, in 64 bits. */
  private static void assertMeans(
      OnnxModel model,
      PrunedModel pruned,
      OnnxModel corrected,
      List<Map<String, FloatTensor>> examples) {
    var whole = new LinkedHashMap<String, Site>();
    Sites.levels(model.graph())
        .forEach(level -> level.forEach(site -> whole.put(site.output(), site)));
    assertThat(whole).isNotEmpty();
    whole.forEach((tensor, site) -> {
      var kept = pruned.kept().of(tensor, site.channels());
      var expected = means(model, tensor, site.axis(), site.channels(), examples);
      var actual = means(corrected, tensor, site.axis(), kept.length, examples);
      for (int i = 0; i < kept.length; i++) {
        double mean = expected[kept[i]];
        assertThat(actual[i])
            .as("%s, channel %d", tensor, i)
            .isCloseTo(mean, within(1e-4 * Math.max(1, Math.abs(mean))));
      }
    });
  }

  private static double[] means(
      OnnxModel model,
      String tensor,
      Axis axis,
      int channels,
      List<Map<String, FloatTensor>> examples) {
    var sums = new double[channels];
    long[] count = new long[1];
    each(
        model,
        tensor,
        examples,
        values -> {
          for (int i = 0; i < values.length; i++) {
            sums[axis == Axis.LAST ? i % channels : i / (values.length / channels)] += values[i];
          }
          count[0] += values.length / channels;
        });
    return Arrays.stream(sums).map(sum -> sum / count[0]).toArray();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Moments(float[] means, float[] variances) {}

  /** Of four channels. */
  private static Moments moments(
      OnnxModel model, String tensor, List<Map<String, FloatTensor>> examples) {
    var means = means(model, tensor, Axis.SECOND, 4, examples);
    var squares = new double[4];
    long[] count = new long[1];
    each(
        model,
        tensor,
        examples,
        values -> {
          for (int i = 0; i < values.length; i++) {
            int channel = i / (values.length / 4);
            squares[channel] += Math.pow(values[i] - means[channel], 2);
          }
          count[0] += values.length / 4;
        });
    var moments = new Moments(new float[4], new float[4]);
    for (int i = 0; i < 4; i++) {
      moments.means[i] = (float) means[i];
      moments.variances[i] = (float) (squares[i] / count[0]);
    }
    return moments;
  }

  private interface Values {
    void take(float[] values);
  }

  private static void each(
      OnnxModel model, String tensor, List<Map<String, FloatTensor>> examples, Values values) {
    var observed = ObservedGraph.of(model.graph(), List.of(tensor));
    try (var session = InferenceSession.open(model.withGraph(observed.graph()), PLAIN)) {
      for (var example : examples) {
        session.run(
            example, observed.tensors().keySet(), (_, answer) -> values.take(answer.data()));
      }
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .isCloseTo(expected[i], within(1e-4f * Math.max(1, Math.abs(expected[i]))));
    }
  }

  /** Mean square of the first output's difference, of its mean square. */
  private static double error(
      OnnxModel one, OnnxModel other, List<Map<String, FloatTensor>> examples) {
    double sum = 0;
    double square = 0;
    try (var first = InferenceSession.open(one, PLAIN);
        var second = InferenceSession.open(other, PLAIN)) {
      for (var example : examples) {
        var a = requireNonNull(first.run(example).get("y")).data();
        var b = requireNonNull(second.run(example).get("y")).data();
        for (int j = 0; j < a.length; j++) {
          sum += Math.pow((double) a[j] - b[j], 2);
          square += Math.pow(a[j], 2);
        }
      }
    }
    return sum / square;
  }

  private static float[] output(OnnxModel model, Map<String, FloatTensor> example) {
    try (var session = InferenceSession.open(model, PLAIN)) {
      return requireNonNull(session.run(example).get("y")).data();
    }
  }

  /** Layers of eight 3x3 filters with ReLU, then a mean over all places and a product. */
  private static OnnxModel network(int layers, boolean normalised, boolean biases) {
    var random = new Random(layers);
    var nodes = new ArrayList<Node>();
    var weights = new ArrayList<Tensor>();
    var last = "x";
    for (int i = 0; i < layers; i++) {
      long channels = i == 0 ? 3 : 8;
      // As loud behind the ReLU as before.
      weights.add(gaussian("w" + i, random, 0, Math.sqrt(2.0 / (9 * channels)), 8, channels, 3, 3));
      var inputs = new ArrayList<>(List.of(last, "w" + i));
      if (biases) {
        weights.add(gaussian("b" + i, random, 0.1, 0.2, 8));
        inputs.add("b" + i);
      }
      nodes.add(
          Node.of("", "Conv", inputs, List.of("c" + i)).with("pads", Attribute.ints(1, 1, 1, 1)));
      if (normalised) {
        weights.add(gaussian("g" + i, random, 1, 0.1, 8));
        weights.add(gaussian("s" + i, random, 0.1, 0.3, 8));
        weights.add(gaussian("m" + i, random, 0, 0.3, 8));
        weights.add(gaussian("v" + i, random, 1, 0.1, 8));
        nodes.add(
            Node.of(
                "",
                "BatchNormalization",
                List.of("c" + i, "g" + i, "s" + i, "m" + i, "v" + i),
                List.of("n" + i)));
      }
      last = "r" + i;
      nodes.add(Node.of("", "Relu", List.of(normalised ? "n" + i : "c" + i), List.of(last)));
    }
    nodes.add(Node.of("", "GlobalAveragePool", List.of(last), List.of("p")));
    nodes.add(Node.of("", "Flatten", List.of("p"), List.of("f")));
    weights.add(gaussian("u", random, 0, 1, 8, 5));
    nodes.add(Node.of("", "Gemm", List.of("f", "u"), List.of("y")));
    return Models.of(
        new Graph(
            "network",
            nodes,
            weights,
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 3, SIDE, SIDE)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 5)),
            List.of()));
  }

  /** A convolution of four filters, normalised by these statistics. */
  private static OnnxModel normalised(float[] means, float[] variances) {
    var random = new Random(9);
    return Models.of(
        new Graph(
            "normalised",
            List.of(
                Node.of("", "Conv", List.of("x", "w"), List.of("c0")),
                Node.of("", "BatchNormalization", List.of("c0", "g", "s", "m", "v"), List.of("y"))),
            List.of(
                gaussian("w", random, 0.1, 0.3, 4, 3, 3, 3),
                gaussian("g", random, 1, 0.1, 4),
                gaussian("s", random, 0, 0.3, 4),
                Tensor.ofFloats("m", List.of(4L), means),
                Tensor.ofFloats("v", List.of(4L), variances)),
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 3, SIDE, SIDE)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 4, SIDE - 2, SIDE - 2)),
            List.of()));
  }

  private static Tensor gaussian(
      String name, Random random, double mean, double deviation, long... shape) {
    int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    var values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return Tensor.ofFloats(name, Arrays.stream(shape).boxed().toList(), values);
  }

  private static List<Map<String, FloatTensor>> references(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(ReferenceModel::randomInput).toList();
  }

  private static List<Map<String, FloatTensor>> images(int from, int count) {
    return images(from, count, SIDE);
  }

  private static List<Map<String, FloatTensor>> images(int from, int count, int side) {
    return IntStream.range(from, from + count).mapToObj(i -> image(i, side, 3)).toList();
  }

  /** Random places around a random grey. */
  private static Map<String, FloatTensor> image(int seed, int side, int channels) {
    var random = new Random(seed);
    var data = new float[channels * side * side];
    float grey = (float) random.nextGaussian();
    for (int i = 0; i < data.length; i++) {
      data[i] = grey + (float) random.nextGaussian();
    }
    return Map.of("x", FloatTensor.of(data, 1, channels, side, side));
  }

  private static Map<String, FloatTensor> whole(float... pixels) {
    return Map.of("x", FloatTensor.of(pixels, 1, 1, 1, pixels.length));
  }

  private static FloatTensor nan() {
    var data = new float[3 * SIDE * SIDE];
    data[5] = Float.NaN;
    return FloatTensor.of(data, 1, 3, SIDE, SIDE);
  }
}
