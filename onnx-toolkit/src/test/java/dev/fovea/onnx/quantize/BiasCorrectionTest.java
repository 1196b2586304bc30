package dev.fovea.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.export.Pt2Exporter;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.session.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BiasCorrectionTest {
  private static final CalibrationMethod MIN_MAX = CalibrationMethod.minMax();
  private static final Path DIGITS = Path.of("../examples/digits");

  @ParameterizedTest
  @EnumSource
  void addsWhatIsLostOverAllImagesAndPositions(QuantizationProfile profile) {
    var weights = random(1, 4, 2, 3, 3);
    var bias = random(2, 4);
    var conv =
        Node.of("conv", "Conv", List.of("x", "w", "b"), List.of("y"))
            .with("strides", Attribute.ints(2, 1))
            .with("pads", Attribute.ints(1, 0, 1, 1))
            .with("group", Attribute.of(2));
    var model = model(List.of(conv), Models.image("x", 4), Models.image("y", 4), weights, bias);
    // Of two sizes: a mean of means would weigh the small image as much as the large one.
    var images = List.of(image(3, 1, 4, 7, 6), image(4, 1, 4, 12, 9));

    var corrected = corrected(model, profile, images);

    var lost = lost(model, profile, images, "w", 0);
    var sums = new double[4];
    long positions = 0;
    for (var image : images) {
      int height = (int) image.shape()[2];
      int width = (int) image.shape()[3];
      int rows = (height + 2 - 3) / 2 + 1;
      int columns = width + 1 - 3 + 1;
      positions += (long) rows * columns;
      for (int channel = 0; channel < 4; channel++) {
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < columns; column++) {
            sums[channel] += product(image, lost, channel, 2 * row - 1, column);
          }
        }
      }
    }
    assertAdded(corrected, "b", bias, sums, positions);
  }

  /** One position of a convolution of two groups with a 3 x 3 kernel over 2 of 4 channels. */
  private static double product(
      FloatTensor image, double[] kernel, int channel, int top, int left) {
    int height = (int) image.shape()[2];
    int width = (int) image.shape()[3];
    double sum = 0;
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < 9; i++) {
        int y = top + i / 3;
        int x = left + i % 3;
        if (y >= 0 && y < height && x >= 0 && x < width) {
          int at = ((channel / 2 * 2 + c) * height + y) * width + x;
          sum += image.data()[at] * kernel[(channel * 2 + c) * 9 + i];
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void addsWhatIsLostOverAllRowsOfAGemm(boolean transposed) {
    var weights = transposed ? random(1, 3, 5) : random(1, 5, 3);
    var bias = random(2, 3);
    var gemm =
        Node.of("gemm", "Gemm", List.of("x", "w", "b"), List.of("y"))
            .with("transB", Attribute.of(transposed ? 1 : 0))
            .with("alpha", Attribute.of(0.5f));
    var model = model(List.of(gemm), input(7, 5), output(7, 3), weights, bias);
    var batches = List.of(image(3, 7, 5), image(4, 7, 5));

    var corrected = corrected(model, QuantizationProfile.ORT_X86, batches);

    var lost = lost(model, QuantizationProfile.ORT_X86, batches, "w", transposed ? 0 : 1);
    var sums = new double[3];
    for (var batch : batches) {
      for (int i = 0; i < 7 * 5 * 3; i++) {
        int channel = i % 3;
        int k = i / 3 % 5;
        double weight = lost[transposed ? channel * 5 + k : k * 3 + channel];
        sums[channel] += 0.5 * batch.data()[i / 15 * 5 + k] * weight;
      }
    }
    assertAdded(corrected, "b", bias, sums, 14);
  }

  @Test
  void addsWhatAMatMulLosesToTheConstantThatIsAddedToIt() {
    var weights = random(1, 5, 3);
    var bias = random(2, 1, 3);
    var nodes =
        List.of(
            Node.of("product", "MatMul", List.of("x", "w"), List.of("p")),
            Node.of("sum", "Add", List.of("b", "p"), List.of("y")));
    var model = model(nodes, input(2, 4, 5), output(2, 4, 3), weights, bias);
    var batches = List.of(image(3, 2, 4, 5));

    var corrected = corrected(model, QuantizationProfile.ORT_X86, batches);

    var lost = lost(model, QuantizationProfile.ORT_X86, batches, "w", 1);
    var sums = new double[3];
    for (int row = 0; row < 8; row++) {
      for (int i = 0; i < 15; i++) {
        sums[i % 3] += batches.getFirst().data()[row * 5 + i / 3] * lost[i];
      }
    }
    assertAdded(corrected, "b", bias, sums, 8);
  }

  @Test
  void givesAConvolutionWithoutABiasOneAndLeavesASharedOneToTheOthers() {
    var conv = Node.of("conv", "Conv", List.of("x", "w"), List.of("y"));
    var bare =
        model(List.of(conv), Models.image("x", 2), Models.image("y", 2), random(1, 2, 2, 1, 1));
    var corrected = corrected(bare, QuantizationProfile.ORT_X86, List.of(image(3, 1, 2, 4, 4)));
    assertThat(corrected.graph().nodes().getFirst().inputs())
        .containsExactly("x", "w", "y_bias_corrected");

    var twins =
        corrected(Models.twins(), QuantizationProfile.ORT_X86, List.of(image(3, 1, 1, 4, 4)));
    assertThat(twins.graph().nodes())
        .extracting(node -> node.inputs().get(2))
        .containsExactly("b_corrected", "b_corrected_1");
  }

  @Test
  void refusesNoExamples() {
    var model = Models.twins();
    var ranges = Calibration.collect(model, MIN_MAX, feed(List.of(image(3, 1, 1, 4, 4))));

    assertThatThrownBy(() ->
            Quantizer.quantizeCorrected(
                model, ranges, QuantizationProfile.ORT_X86, Set.of(), List.of()))
        .isInstanceOf(NotQuantizable.class)
        .hasMessage("bias correction: 0 batches (expected: >= 1)");
  }

  @Test
  void givesEqualBytesForEqualInputs() {
    var reference = new ReferenceModel("residual");
    var first = OnnxWriter.bytes(both(reference.fp32(), inputs(0, 8)).corrected());

    assertThat(OnnxWriter.bytes(both(reference.fp32(), inputs(0, 8)).corrected())).isEqualTo(first);
  }

  static Stream<OnnxModel> models() {
    return Stream.concat(
        Stream.of("cnn", "residual", "concat", "loud_bias")
            .map(name -> new ReferenceModel(name).fp32()),
        IntStream.range(0, 30).mapToObj(RandomModel::of));
  }

  /** The guard compares the same models on the same inputs, so this holds without a tolerance. */
  @ParameterizedTest
  @MethodSource("models")
  void isNeverFurtherOffInMeanOnTheImagesOfTheCalibration(OnnxModel model) {
    var examples = inputs(0, 16);
    var made = both(model, examples);

    var before = Measured.of(model, made.plain(), examples);
    var after = Measured.of(model, made.corrected(), examples);

    assertThat(after.bias()).isLessThanOrEqualTo(before.bias() * (1 + 1e-9));
    assertThat(after.decibels()).isGreaterThan(before.decibels() - 1);
    assertThat(made.corrected().graph().inputs()).isEqualTo(made.plain().graph().inputs());
    assertThat(made.corrected().graph().outputs()).isEqualTo(made.plain().graph().outputs());
  }

  @Test
  void takesMostOfTheMeanErrorAwayWhereWeightsHaveLessThanEightBits() {
    double before = 0;
    double after = 0;
    double gained = 0;
    int models = 20;
    for (int seed = 0; seed < models; seed++) {
      var model = RandomModel.of(seed);
      var made = both(model, inputs(0, 16), QuantizationProfile.ORT_X86_WITHOUT_VNNI);
      // Of images that nothing was fitted to.
      var held = inputs(100, 32);
      var plain = Measured.of(model, made.plain(), held);
      var corrected = Measured.of(model, made.corrected(), held);
      before += plain.bias();
      after += corrected.bias();
      gained += (corrected.decibels() - plain.decibels()) / models;
    }
    System.out.printf(
        "bias correction, 7-bit weights, %d networks, held-out inputs: mean error %.4f to %.4f, %+.2f dB%n",
        models, before / models, after / models, gained);
    assertThat(after).isLessThan(before / 2);
    assertThat(gained).isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "v3"})
  void helpsATrainedReaderOfDigitsOnImagesThatItWasNotFittedTo(String version) throws IOException {
    var model = Pt2Exporter.export(DIGITS.resolve("models/reader-" + version + ".pt2")).model();
    var input = model.graph().inputs().getFirst().name();
    var made = both(model, digits(input, 0, 128), QuantizationProfile.ORT_X86_WITHOUT_VNNI);
    var held = digits(input, 1000, 128);

    var before = Measured.of(model, made.plain(), held);
    var after = Measured.of(model, made.corrected(), held);

    System.out.printf(
        "bias correction, reader %s, 7-bit weights, held-out digits: mean error %.5f to %.5f, %.2f to %.2f dB%n",
        version, before.bias(), after.bias(), before.decibels(), after.decibels());
    assertThat(after.bias()).isLessThan(before.bias() * 0.9);
    assertThat(after.decibels()).isGreaterThan(before.decibels() + 0.5);
  }

  private record Both(OnnxModel plain, OnnxModel corrected) {}

  private static Both both(OnnxModel model, List<Map<String, FloatTensor>> examples) {
    return both(model, examples, QuantizationProfile.ORT_X86);
  }

  private static Both both(
      OnnxModel model, List<Map<String, FloatTensor>> examples, QuantizationProfile profile) {
    var ranges = Calibration.collect(model, MIN_MAX, examples);
    return new Both(
        Quantizer.quantize(model, ranges, profile).model(),
        Quantizer.quantizeCorrected(model, ranges, profile, Set.of(), examples).model());
  }

  /** The prepared model with corrected biases, before it is quantised. */
  private static OnnxModel corrected(
      OnnxModel model, QuantizationProfile profile, List<FloatTensor> batches) {
    var prepared = Preparation.prepare(model);
    var ranges = Calibration.collect(model, MIN_MAX, feed(batches));
    var placement = Placement.of(prepared.graph(), ranges.ranges(), profile, Set.of());
    return BiasCorrection.correct(prepared, placement, profile, feed(batches));
  }

  /** The weights less those that the INT8 model has, read from what was written. */
  private static double[] lost(
      OnnxModel model,
      QuantizationProfile profile,
      List<FloatTensor> batches,
      String name,
      int axis) {
    var ranges = Calibration.collect(model, MIN_MAX, feed(batches));
    var int8 = Quantizer.quantize(model, ranges, profile).model().graph();
    var weights = model.graph().initializer(name).orElseThrow();
    var integers = int8.initializer(name + "_quantized").orElseThrow().bytes();
    var scales = int8.initializer(name + "_scale").orElseThrow().floats();
    int inner = 1;
    for (long size : weights.shape().subList(axis + 1, weights.shape().size())) {
      inner *= (int) size;
    }
    var values = weights.floats();
    var lost = new double[values.length];
    for (int i = 0; i < lost.length; i++) {
      lost[i] = values[i] - (double) integers[i] * scales[i / inner % scales.length];
    }
    return lost;
  }

  private static void assertAdded(
      OnnxModel corrected, String name, Tensor bias, double[] sums, long positions) {
    var values = corrected.graph().initializer(name + "_corrected").orElseThrow().floats();
    assertThat(corrected.graph().initializer(name)).isEmpty();
    for (int channel = 0; channel < sums.length; channel++) {
      double mean = sums[channel] / positions;
      assertThat(mean).isNotZero();
      assertThat((double) values[channel] - bias.floats()[channel])
          .isCloseTo(mean, within(Math.abs(mean) * 1e-3 + 3e-7));
    }
  }

  private static OnnxModel model(
      List<Node> nodes, ValueInfo input, ValueInfo output, Tensor... constants) {
    var named = new ArrayList<Tensor>();
    for (int i = 0; i < constants.length; i++) {
      named.add(constants[i].named(i == 0 ? "w" : "b"));
    }
    return Models.of(new Graph("one", nodes, named, List.of(input), List.of(output), List.of()));
  }

  private static ValueInfo input(long... shape) {
    return ValueInfo.fixed("x", DataType.FLOAT, shape);
  }

  private static ValueInfo output(long... shape) {
    return ValueInfo.fixed("y", DataType.FLOAT, shape);
  }

  private static Tensor random(long seed, long... shape) {
    var values = image(seed, shape);
    return Tensor.ofFloats("", Arrays.stream(shape).boxed().toList(), values.data());
  }

  private static FloatTensor image(long seed, long... shape) {
    int elements = 1;
    for (long size : shape) {
      elements *= (int) size;
    }
    var random = new Random(seed);
    var data = new float[elements];
    for (int i = 0; i < elements; i++) {
      data[i] = 0.5f + (float) random.nextGaussian();
    }
    return FloatTensor.of(data, shape);
  }

  private static List<Map<String, FloatTensor>> feed(List<FloatTensor> batches) {
    return batches.stream().map(batch -> Map.of("x", batch)).toList();
  }

  private static List<Map<String, FloatTensor>> inputs(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(ReferenceModel::randomInput).toList();
  }

  /** Digits of the example, dark on white as by day. */
  private static List<Map<String, FloatTensor>> digits(String input, int from, int count)
      throws IOException {
    int pixels = 28 * 28;
    var digits = new ArrayList<Map<String, FloatTensor>>();
    try (var in =
        new GZIPInputStream(Files.newInputStream(DIGITS.resolve("images-idx3-ubyte.gz")))) {
      in.skipNBytes(16 + (long) from * pixels);
      for (int digit = 0; digit < count; digit++) {
        var ink = in.readNBytes(pixels);
        var data = new float[pixels];
        for (int i = 0; i < pixels; i++) {
          data[i] = 1 - (ink[i] & 0xff) / 127.5f;
        }
        digits.add(Map.of(input, FloatTensor.of(data, 1, 1, 28, 28)));
      }
    }
    return digits;
  }
}
