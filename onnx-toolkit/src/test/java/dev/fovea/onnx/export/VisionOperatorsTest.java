package dev.fovea.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fovea.kernel.Problem;
import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Operators of convolutional models, detectors and readers, against what PyTorch computed. */
class VisionOperatorsTest {
  private static final String MODEL = "models/model.json";

  /** What a runtime may differ by: sums in another order, polynomials for exponentials. */
  private static final double ROUNDING = 1e-5;

  static final List<String> RAW =
      List.of(
          "resizes",
          "spatial",
          "blocks",
          "margins",
          "circles",
          "roundedpools",
          "adaptivepools",
          "volumes",
          "lines",
          "statistics",
          "unnormed",
          "rectified",
          "inplace",
          "numbers",
          "windows",
          "samples",
          "affine",
          "readers");

  private static final List<String> RAW_ONLY =
      List.of("readers", "resizes", "windows", "lines", "affine");

  static final List<String> DECOMPOSED =
      RAW.stream().filter(name -> !RAW_ONLY.contains(name)).toList();

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("RAW")
  void answersAsPyTorchDidForRawPrograms(String name) throws Exception {
    var exported = Pt2Exporter.export(Recorded.file(name + ".raw.pt2"));

    assertThat(exported.report().decomposed()).isFalse();
    assertThat(Recorded.compare(exported, name)).isLessThan(ROUNDING);
  }

  @ParameterizedTest
  @FieldSource("DECOMPOSED")
  void answersAsPyTorchDidForDecomposedPrograms(String name) throws Exception {
    var exported = Pt2Exporter.export(Recorded.file(name + ".decomposed.pt2"));

    assertThat(exported.report().decomposed()).isTrue();
    assertThat(Recorded.compare(exported, name)).isLessThan(ROUNDING);
  }

  @Test
  void makesOneNodeOfARecurrentLayer() {
    var nodes = Pt2Exporter.export(Recorded.file("readers.raw.pt2")).model().graph().nodes();

    assertThat(nodes)
        .extracting(Node::opType)
        .filteredOn(type -> type.equals("LSTM") || type.equals("GRU"))
        .containsExactly("LSTM", "LSTM", "LSTM", "GRU", "GRU", "GRU");
  }

  @Test
  void writesTheSameBytesEachTime() {
    var file = Recorded.file("readers.raw.pt2");

    assertThat(OnnxWriter.bytes(Pt2Exporter.export(file).model()))
        .isEqualTo(OnnxWriter.bytes(Pt2Exporter.export(file).model()));
  }

  @Test
  void hasFactorsWherePyTorchWasGivenFactorsAndSizesElsewhere() {
    var resizes =
        Pt2Exporter.export(Recorded.file("resizes.raw.pt2")).model().graph().nodes().stream()
            .filter(node -> node.opType().equals("Resize"))
            .toList();

    assertThat(resizes).anySatisfy(node -> assertThat(node.inputs()).hasSize(3));
    assertThat(resizes)
        .anySatisfy(node -> {
          assertThat(node.inputs()).hasSize(4);
          assertThat(node.inputs().get(2)).isEmpty();
        });
    assertThat(resizes)
        .allSatisfy(node ->
            assertThat(node.attributes().get("coordinate_transformation_mode"))
                .isNotEqualTo(Attribute.of("pytorch_half_pixel")));
  }

  @Test
  void keepsTheStoredWeightsOfConvolutionsByName() {
    var graph = Pt2Exporter.export(Recorded.file("spatial.raw.pt2")).model().graph();

    assertThat(graph.initializers())
        .extracting(Tensor::name)
        .contains("down.weight", "norm.weight", "norm.bias", "up.weight", "head.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resizes.raw       | output_size    | as_ints: [8, 9]    | [0, 9]                   | 0 (expected: 1",
        "resizes.raw       | output_size    | as_ints: [8, 9]    | [8, -9]                  | -9 (expected: 1",
        "resizes.raw       | output_size    | as_ints: [8, 9]    | [8, 4611686018427387904] | 4611686018427387904",
        "resizes.raw       | output_size    | as_ints: [8, 9]    | [8]                      | another number of axes",
        "resizes.raw       | scale_factors  | as_floats: [1.7, 0.6] | [1.7, 0.0]            | factor 0.0",
        "resizes.raw       | scale_factors  | as_floats: [1.7, 0.6] | [-1.7, 0.6]           | factor -1.7",
        "resizes.raw       | scale_factors  | as_floats: [1.7, 0.6] | [1e300, 0.6]          | factor 1.0E300",
        "resizes.raw       | scale_factors  | as_floats: [1.7, 0.6] | [\"NaN\", 0.6]        | factor NaN",
        "resizes.raw       | scale_factors  | as_floats: [1.7, 0.6] | [\"Infinity\", 0.6]   | factor Infinity",
        "resizes.raw       | scale_factors  | as_floats: [1.7, 0.6] | [3.5, 0.6]            | makes 8 of 5 values",
        "roundedpools.raw  | kernel_size    | as_ints: [3, 3]    | [0, 3]                   | kernel_size 0",
        "roundedpools.raw  | kernel_size    | as_ints: [3, 3]    | [3, 9223372036854775807] | kernel_size 9223372036854775807",
        "roundedpools.raw  | stride         | as_ints: [2, 2]    | [2, -1]                  | stride -1",
        "roundedpools.raw  | stride         | as_ints: [2, 2]    | [2, 2, 2]                | (expected: 2 integers)",
        "roundedpools.raw  | padding        | as_ints: [1, 1]    | [-1, 1]                  | padding -1",
        "roundedpools.raw  | divisor_override | as_int: -2       | 0                        | divisor_override = 0",
        "volumes.raw       | dilation       | as_ints: [1, 1, 1] | [1, 0, 1]                | dilation 0",
        "blocks.raw        | downscale_factor | as_int: 2        | 0                        | factor 0",
        "blocks.raw        | upscale_factor | as_int: 2          | 3                        | shuffles 4 channels by 3",
        "blocks.raw        | upscale_factor | as_int: 2          | 4294967296               | factor 4294967296",
        "blocks.raw        | groups         | as_int: 2          | 3                        | 4 channels in 3 groups",
        "statistics.raw    | num_groups     | as_int: 3          | 0                        | 6 channels in 0 groups",
        "statistics.raw    | num_groups     | as_int: 3          | 4                        | 6 channels in 4 groups",
        "windows.raw       | kernel_size    | as_ints: [3, 3]    | [3, 30]                  | moves a window of 30 values",
        "windows.raw       | stride         | as_ints: [1, 2]    | [1, 0]                   | stride 0",
        "windows.raw       | output_size    | as_ints: [6, 5]    | [6, 0]                   | output_size 0",
        "lines.raw         | size           | as_int: 3          | 10                       | moves a window of 10 values over 9",
        "lines.raw         | step           | as_int: 2          | 0                        | step 0",
        "samples.raw       | padding_mode   | as_int: 2          | 3                        | unknown padding_mode 3",
        "readers.raw       | num_layers     | as_int: 2          | 0                        | 0 layers",
        "readers.raw       | num_layers     | as_int: 2          | 4294967297               | 4294967297 layers",
        "readers.raw       | num_layers     | as_int: 2          | 3                        | 16 weights (expected: 24",
        "readers.raw       | has_biases     | as_bool: true      | false                    | 16 weights (expected: 8",
        "readers.raw       | train          | as_bool: false     | true                     | training mode",
      })
  void refusesHostileArguments(
      String fixture, String parameter, String form, String fresh, String why) throws IOException {
    var argument = "\"name\": \"%s\", \"arg\": {\"%s\": %s}";
    var tag = form.substring(0, form.indexOf(':'));
    var old = argument.formatted(parameter, tag, form.substring(form.indexOf(':') + 2));
    var path =
        Forgery.of(fixture + ".pt2")
            .edit(
                MODEL,
                text -> {
                  assertThat(text).contains(old);
                  return text.replace(old, argument.formatted(parameter, tag, fresh));
                })
            .write(folder);

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .withMessageContaining(why)
        .satisfies(e -> assertThat(e.remedy()).isNotBlank());
  }

  @ParameterizedTest
  @CsvSource({"0, the size 0", "4611686018427387904, the size 4611686018427387904"})
  void refusesRecordedSizesThatNoPoolingHas(String size, String why) throws IOException {
    var path =
        Forgery.of("adaptivepools.raw.pt2")
            .edit(
                MODEL,
                text -> {
                  var old = "{\"as_int\": 3}, {\"as_int\": 4}]";
                  assertThat(text).contains(old);
                  return text.replace(old, "{\"as_int\": %s}, {\"as_int\": 4}]".formatted(size));
                })
            .write(folder);

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .withMessageContaining(why);
  }

  @Test
  void refusesWeightsOfARecurrentLayerThatDoNotFit() throws IOException {
    var path =
        Forgery.of("readers.raw.pt2")
            .edit(
                MODEL,
                text ->
                    first(
                        text,
                        "{\"name\": \"p_lstm_weight_ih_l0\"}, {\"name\": \"p_lstm_weight_hh_l0\"}",
                        "{\"name\": \"p_lstm_weight_hh_l0\"}, {\"name\": \"p_lstm_weight_ih_l0\"}"))
            .write(folder);

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .withMessageContaining("do not fit");
  }

  @Test
  @Timeout(60)
  void neverFailsOtherwiseOnDamagedPrograms() throws IOException {
    var random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 1_700; i++) {
      var damaged = Forgery.of(RAW.get(i % RAW.size()) + ".raw.pt2");
      var bytes = damaged.data(MODEL).clone();
      for (int n = random.nextInt(2, 160); n > 0; n--) {
        int at = random.nextInt(bytes.length);
        if (Character.isDigit(bytes[at])) {
          bytes[at] = (byte) ('0' + random.nextInt(10));
        }
      }
      var path = damaged.set(MODEL, bytes).write(folder);
      try {
        Pt2Exporter.export(path);
      } catch (Problem _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  private static String first(String text, String old, String fresh) {
    assertThat(text).contains(old);
    int at = text.indexOf(old);
    return text.substring(0, at) + fresh + text.substring(at + old.length());
  }
}
