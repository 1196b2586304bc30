package dev.fovea.onnx.quantize.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.precision.SignalToNoise;
import dev.fovea.onnx.quantize.Models;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.RandomModel;
import dev.fovea.onnx.quantize.ReferenceModel;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EqualisationTest {
  private static final int CHANNELS = 8;

  /** What the second convolution does with its eight input channels. */
  enum Next {
    DENSE(1, 6),
    DEPTHWISE(8, 8),
    DEPTHWISE_TWICE(8, 16),
    GROUPED(2, 6);

    private final int groups;
    private final int outputs;

    Next(int groups, int outputs) {
      this.groups = groups;
      this.outputs = outputs;
    }
  }

  @ParameterizedTest
  @EnumSource
  void bringsChannelsToLikeRangesAndComputesTheSame(Next next) {
    var model = chain(next, "Relu");

    var equal = Equalisation.equalise(model);

    assertSame(model, equal);
    var before = ratios(model, next);
    var after = ratios(equal, next);
    assertThat(before).anyMatch(ratio -> ratio > 64).anyMatch(ratio -> ratio < 1 / 64.0);
    // The square of the half power of two that rounding leaves.
    assertThat(after).allMatch(ratio -> ratio <= 2.0001 && ratio >= 0.4999);
    assertThat(spread(first(equal))).isLessThan(spread(first(model)) / 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LeakyRelu", "MaxPool", "AveragePool", "GlobalAveragePool"})
  void seesThroughWhatScalesWithItsInput(String between) {
    var model = chain(Next.DENSE, between);

    var equal = Equalisation.equalise(model);

    assertSame(model, equal);
    assertThat(ratios(equal, Next.DENSE)).allMatch(ratio -> ratio <= 2.0001 && ratio >= 0.4999);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Sigmoid", "Clip", "HardSwish", "Softmax"})
  void leavesWhatDoesNotScaleAlone(String between) {
    var model = chain(Next.DENSE, between);

    assertThat(Equalisation.equalise(model).graph()).isEqualTo(Preparation.prepare(model).graph());
  }

  @Test
  void leavesAChannelAloneThatSomebodyElseReads() {
    var model = chain(Next.DENSE, "Relu");
    var seen = model.withGraph(model.graph().exposing(Models.image("m", CHANNELS)));
    assertThat(Equalisation.equalise(seen).graph()).isEqualTo(Preparation.prepare(seen).graph());

    var nodes = new ArrayList<>(model.graph().nodes());
    nodes.add(Node.of("", "GlobalMaxPool", List.of("a"), List.of("z")));
    var outputs = List.of(Models.image("y", 6), Models.image("z", CHANNELS));
    var graph = model.graph();
    var read =
        model.withGraph(
            new Graph("two", nodes, graph.initializers(), graph.inputs(), outputs, List.of()));
    assertThat(Equalisation.equalise(read).graph()).isEqualTo(Preparation.prepare(read).graph());
  }

  @Test
  void leavesDeadChannelsAndInfiniteWeightsAlone() {
    for (float odd : new float[] {0, Float.POSITIVE_INFINITY, Float.NaN}) {
      var model = chain(Next.DENSE, "Relu");
      var weights = first(model);
      var values = weights.floats();
      Arrays.fill(values, 0, values.length / CHANNELS, odd);
      var changed =
          model.withGraph(model.graph().replacing(Tensor.ofFloats("w1", weights.shape(), values)));

      var equal = first(Equalisation.equalise(changed)).floats();

      for (int i = 0; i < values.length / CHANNELS; i++) {
        assertThat(Float.compare(equal[i], odd)).isZero();
      }
      assertThat(equal[values.length - 1]).isNotEqualTo(values[values.length - 1]);
    }
  }

  @Test
  void givesConvolutionsThatShareWeightsTheirOwn() {
    var model = Models.twins();
    var graph = model.graph();
    var nodes =
        List.of(
            graph.nodes().get(0),
            Node.of("", "Conv", List.of("c", "w", "b"), List.of("d")),
            Node.of("", "Conv", List.of("d", "v"), List.of("y")));
    var constants = new ArrayList<>(graph.initializers());
    constants.add(Tensor.ofFloats("v", List.of(1L, 1L, 1L, 1L), 400));
    var shared =
        model.withGraph(
            new Graph("shared", nodes, constants, graph.inputs(), graph.outputs(), List.of()));

    var equal = Equalisation.equalise(shared);

    var input = Map.of("x", FloatTensor.of(new float[] {1, -2, 3, 5}, 1, 1, 2, 2));
    assertThat(run(equal, input)).isEqualTo(run(shared, input));
    assertThat(equal.graph().initializers())
        .extracting(Tensor::name)
        .containsExactlyInAnyOrder(
            "w_equalised", "w_equalised_1", "b_equalised", "b_equalised_1", "v");
  }

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsNamesShapesAndAnswersOfRandomModelsAndSettles(int seed) {
    var model = RandomModel.of(seed);
    var prepared = Preparation.prepare(model);

    var equal = Equalisation.equalise(model);

    assertThat(equal.graph().inputs()).isEqualTo(prepared.graph().inputs());
    assertThat(equal.graph().outputs()).isEqualTo(prepared.graph().outputs());
    assertThat(equal.graph().nodes()).isEqualTo(prepared.graph().nodes());
    assertThat(equal.graph().initializers())
        .extracting(Tensor::name, Tensor::shape)
        .isEqualTo(
            prepared.graph().initializers().stream()
                .map(each -> tuple(each.name(), each.shape()))
                .toList());
    assertThat(Equalisation.equalise(equal)).isEqualTo(equal);
    var examples = inputs(0, 8);
    for (var example : examples) {
      assertClose(run(prepared, example), run(equal, example));
    }
    assertThat(decibels(equal, equal, inputs(0, 16))).isGreaterThan(25);
  }

  /**
   * Channels of very different ranges come about when training or batch normalisation lets them: a
   * model that is told to have them, though it computes what it did, loses its answers in 8 bits.
   */
  @Test
  void savesModelsWhoseChannelsHaveVeryDifferentRanges() {
    double plain = 0;
    double uneven = 0;
    double equalised = 0;
    for (int seed = 0; seed < 10; seed++) {
      var even = Equalisation.equalise(deep(seed));
      var model = unevenly(even, seed);
      assertSame(even, model);
      var examples = inputs(0, 16);
      plain += decibels(even, even, examples) / 10;
      uneven += decibels(even, model, examples) / 10;
      equalised += decibels(even, Equalisation.equalise(model), examples) / 10;
    }
    System.out.printf(
        "equalisation, 10 networks: %.1f dB even, %.1f dB uneven, %.1f dB equalised%n",
        plain, uneven, equalised);
    assertThat(uneven).isLessThan(plain - 10);
    assertThat(equalised).isCloseTo(plain, within(1.0));
  }

  private static double decibels(
      OnnxModel expected, OnnxModel model, List<Map<String, FloatTensor>> examples) {
    var ranges = Calibration.collect(model, CalibrationMethod.minMax(), examples);
    var int8 = Quantizer.quantize(model, ranges, QuantizationProfile.ORT_X86).model();
    var ratio = new SignalToNoise();
    try (var before = InferenceSession.open(expected, SessionSettings.defaults());
        var after = InferenceSession.open(int8, SessionSettings.defaults())) {
      for (var example : examples) {
        ratio.add(before.run(example).get("y").data(), after.run(example).get("y").data());
      }
    }
    return ratio.decibels();
  }

  /** Multiplies the channels between its convolutions by powers of two from 1/64 to 64. */
  private static OnnxModel unevenly(OnnxModel model, long seed) {
    var random = new Random(seed);
    var graph = model.graph();
    for (int layer = 1; layer < 3; layer++) {
      var weights = graph.initializer("w" + layer).orElseThrow();
      var bias = graph.initializer("b" + layer).orElseThrow();
      var next = graph.initializer("w" + (layer + 1)).orElseThrow();
      var w = weights.floats();
      var b = bias.floats();
      var n = next.floats();
      for (int channel = 0; channel < CHANNELS; channel++) {
        int exponent = random.nextInt(13) - 6;
        for (int i = 0; i < w.length / CHANNELS; i++) {
          int at = channel * (w.length / CHANNELS) + i;
          w[at] = Math.scalb(w[at], exponent);
        }
        b[channel] = Math.scalb(b[channel], exponent);
        int kernel = n.length / Math.toIntExact(next.shape().getFirst()) / CHANNELS;
        for (int i = 0; i < n.length; i++) {
          if (i / kernel % CHANNELS == channel) {
            n[i] = Math.scalb(n[i], -exponent);
          }
        }
      }
      graph = graph.replacing(Tensor.ofFloats(weights.name(), weights.shape(), w));
      graph = graph.replacing(Tensor.ofFloats(bias.name(), bias.shape(), b));
      graph = graph.replacing(Tensor.ofFloats(next.name(), next.shape(), n));
    }
    return model.withGraph(graph);
  }

  /** Three convolutions with a {@code Relu} after each of the first two. */
  private static OnnxModel deep(long seed) {
    var random = new Random(seed);
    return Models.of(
        new Graph(
            "deep",
            List.of(
                conv("x", "w1", "b1", "c1", 1),
                Node.of("", "Relu", List.of("c1"), List.of("r1")),
                conv("r1", "w2", "b2", "c2", 1),
                Node.of("", "Relu", List.of("c2"), List.of("r2")),
                conv("r2", "w3", "b3", "y", 1)),
            List.of(
                random(random, "w1", CHANNELS, 3, 3, 3),
                random(random, "b1", CHANNELS),
                random(random, "w2", CHANNELS, CHANNELS, 3, 3),
                random(random, "b2", CHANNELS),
                random(random, "w3", 4, CHANNELS, 3, 3),
                random(random, "b3", 4)),
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 3, 16, 16)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 4, 16, 16)),
            List.of()));
  }

  /** Two convolutions of channels whose ranges differ by up to 2^16. */
  private static OnnxModel chain(Next next, String between) {
    var random = new Random(1);
    var first = random(random, "w1", CHANNELS, 3, 3, 3);
    var bias = random(random, "b1", CHANNELS);
    var values = first.floats();
    var offsets = bias.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.scalb(values[i], 5 * (i / (values.length / CHANNELS)) % 17 - 8);
    }
    for (int channel = 0; channel < CHANNELS; channel++) {
      offsets[channel] = Math.scalb(offsets[channel], 5 * channel % 17 - 8);
    }
    var middle =
        switch (between) {
          case "MaxPool", "AveragePool" ->
              Node.of("", between, List.of("a"), List.of("m"))
                  .with("kernel_shape", Attribute.ints(2, 2));
          case "Clip" -> Node.of("", between, List.of("a", "low", "high"), List.of("m"));
          case "LeakyRelu" ->
              Node.of("", between, List.of("a"), List.of("m")).with("alpha", Attribute.of(0.2f));
          default -> Node.of("", between, List.of("a"), List.of("m"));
        };
    return Models.of(
        new Graph(
            "chain",
            List.of(conv("x", "w1", "b1", "a", 1), middle, conv("m", "w2", "b2", "y", next.groups)),
            List.of(
                Tensor.ofFloats("w1", first.shape(), values),
                Tensor.ofFloats("b1", bias.shape(), offsets),
                Tensor.scalar("low", 0f),
                Tensor.scalar("high", 6f),
                random(random, "w2", next.outputs, CHANNELS / next.groups, 3, 3),
                random(random, "b2", next.outputs)),
            List.of(Models.image("x", 3)),
            List.of(Models.image("y", next.outputs)),
            List.of()));
  }

  private static Node conv(String input, String weights, String bias, String output, int groups) {
    return Node.of("", "Conv", List.of(input, weights, bias), List.of(output))
        .with("pads", Attribute.ints(1, 1, 1, 1))
        .with("group", Attribute.of(groups));
  }

  private static Tensor random(Random random, String name, long... shape) {
    var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 4;
    }
    return Tensor.ofFloats(name, Arrays.stream(shape).boxed().toList(), values);
  }

  private static Tensor first(OnnxModel model) {
    return model.graph().initializer("w1").orElseThrow();
  }

  /** How many times as wide the widest channel is as the narrowest. */
  private static double spread(Tensor weights) {
    var ranges = ranges(weights.floats(), i -> i / (int) (weights.elements() / CHANNELS));
    return Arrays.stream(ranges).max().orElseThrow() / Arrays.stream(ranges).min().orElseThrow();
  }

  /** For each channel between, the range of its weights before by that of its weights after. */
  private static List<Double> ratios(OnnxModel model, Next next) {
    var weights = first(model);
    var before = ranges(weights.floats(), i -> i / (int) (weights.elements() / CHANNELS));
    int inputs = CHANNELS / next.groups;
    int outputs = next.outputs / next.groups;
    var after =
        ranges(
            model.graph().initializer("w2").orElseThrow().floats(),
            i -> i / 9 / inputs / outputs * inputs + i / 9 % inputs);
    return IntStream.range(0, CHANNELS).mapToObj(i -> before[i] / after[i]).toList();
  }

  private static double[] ranges(float[] values, IntUnaryOperator channel) {
    var ranges = new double[CHANNELS];
    for (int i = 0; i < values.length; i++) {
      int at = channel.applyAsInt(i);
      ranges[at] = Math.max(ranges[at], Math.abs(values[i]));
    }
    return ranges;
  }

  private static void assertSame(OnnxModel expected, OnnxModel actual) {
    for (var example : inputs(0, 4)) {
      assertClose(run(expected, example), run(actual, example));
    }
  }

  /** Within 1e-5 of the largest element, as the paper's exact factors would be. */
  private static void assertClose(float[] expected, float[] actual) {
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).usingComparatorWithPrecision(largest * 1e-5f).containsExactly(expected);
  }

  private static float[] run(OnnxModel model, Map<String, FloatTensor> input) {
    try (var session = InferenceSession.open(model, SessionSettings.defaults())) {
      return session.run(input).get("y").data();
    }
  }

  private static List<Map<String, FloatTensor>> inputs(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(ReferenceModel::randomInput).toList();
  }
}
