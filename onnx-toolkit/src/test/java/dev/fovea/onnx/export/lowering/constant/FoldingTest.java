package dev.fovea.onnx.export.lowering.constant;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is computed at conversion, bit by bit beside what ONNX Runtime computes. */
class FoldingTest {
  private static final List<Long> SHAPE = List.of(2L, 3L, 4L);

  private final Random random = new Random(5);

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "DOUBLE", "INT64", "INT32"})
  void calculatesAsONNXRuntimeDoes(DataType type) throws OrtException {
    var a = tensor(type, SHAPE);
    var b = tensor(type, List.of(3L, 1L));
    for (var opType : List.of("Add", "Sub", "Mul")) {
      agrees(opType, Map.of(), a, b);
      agrees(opType, Map.of(), b, a);
    }
    for (var opType : List.of("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual")) {
      agrees(opType, Map.of(), a, b);
    }
    agrees("Where", Map.of(), tensor(DataType.BOOL, List.of(3L, 4L)), a, b);
    agrees("Neg", Map.of(), a);
    agrees("Abs", Map.of(), a);
    agrees("Div", Map.of(), a, Numbers.of(type, List.of(2L, 1L, 1L), i -> 3 - 5 * i));
    agrees("Mod", fraction(), a, Numbers.of(type, List.of(4L), i -> 2.5 * i - 4));
    if (!type.isFloating()) {
      agrees("Mod", Map.of(), a, Numbers.of(type, List.of(4L), i -> 2 * i - 5));
    } else {
      agrees("Floor", Map.of(), a);
      agrees("Ceil", Map.of(), a);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "DOUBLE", "INT64", "INT32", "BOOL", "UINT8", "FLOAT16"})
  void movesElementsAsONNXRuntimeDoes(DataType type) throws OrtException {
    var a = tensor(type, SHAPE);
    agrees("Transpose", Map.of("perm", Attribute.ints(2, 0, 1)), a);
    agrees("Reshape", Map.of(), a, longs(4, -1));
    agrees("Unsqueeze", Map.of(), a, longs(0, 2));
    agrees("Squeeze", Map.of(), tensor(type, List.of(1L, 3L, 1L)), longs(0, 2));
    agrees("Expand", Map.of(), tensor(type, List.of(3L, 1L)), longs(2, 1, 4));
    agrees("Concat", Map.of("axis", Attribute.of(1)), a, tensor(type, List.of(2L, 1L, 4L)), a);
    agrees("Gather", Map.of("axis", Attribute.of(1)), a, longs(2, -1, 0, -3));
    agrees("Gather", Map.of("axis", Attribute.of(2)), a, Tensor.scalar("", -2L));
  }

  @Test
  void slicesAsONNXRuntimeDoesForAnyEnds() throws OrtException {
    var a = tensor(DataType.INT64, SHAPE);
    long[] ends = {0, 1, 2, 3, 4, 9, -1, -2, -4, -5, -9, Long.MAX_VALUE, -Long.MAX_VALUE};
    for (long start : ends) {
      for (long end : ends) {
        for (long step : new long[] {1, 2, -1, -3}) {
          if (step < 0 && end == Long.MAX_VALUE) {
            leaves("Slice", Map.of(), a, longs(start), longs(end), longs(2), longs(step));
          } else {
            agrees("Slice", Map.of(), a, longs(start), longs(end), longs(2), longs(step));
          }
        }
      }
    }
    agrees("Slice", Map.of(), a, longs(-1, 0), longs(-9, 2), longs(0, 1), longs(-1, 1));
  }

  @Test
  void convertsAsONNXRuntimeDoes() throws OrtException {
    var types =
        List.of(DataType.FLOAT, DataType.DOUBLE, DataType.INT64, DataType.INT32, DataType.BOOL);
    for (var from : types) {
      for (var to : types) {
        agrees("Cast", Map.of("to", Attribute.of(to.code())), tensor(from, SHAPE));
      }
    }
  }

  @Test
  void joinsTruthValuesAsONNXRuntimeDoes() throws OrtException {
    var a = tensor(DataType.BOOL, SHAPE);
    var b = tensor(DataType.BOOL, List.of(3L, 1L));
    for (var opType : List.of("And", "Or", "Xor", "Equal")) {
      agrees(opType, Map.of(), a, b);
    }
    agrees("Not", Map.of(), a);
  }

  @Test
  void leavesAloneWhatIsUndefinedOrWrong() {
    var a = tensor(DataType.INT64, SHAPE);
    leaves("Div", Map.of(), a, Tensor.scalar("", 0L));
    leaves("Mod", Map.of(), a, Tensor.scalar("", 0L));
    leaves("Gather", Map.of(), a, longs(2));
    leaves("Gather", Map.of("axis", Attribute.of(7)), a, longs(0));
    leaves("Concat", Map.of("axis", Attribute.of(0)), a, tensor(DataType.INT64, List.of(2L)));
    leaves("Concat", Map.of("axis", Attribute.of(0)), a, tensor(DataType.FLOAT, SHAPE));
    leaves("Add", Map.of(), a, tensor(DataType.INT64, List.of(5L)));
    leaves("Transpose", Map.of("perm", Attribute.ints(0, 0, 1)), a);
    leaves("Transpose", Map.of("perm", Attribute.ints(0, 1, 9)), a);
    leaves("Reshape", Map.of(), a, longs(5, -1));
    leaves("Reshape", Map.of(), a, longs(Long.MAX_VALUE, Long.MAX_VALUE));
    leaves("Reshape", Map.of(), a, tensor(DataType.FLOAT, List.of(3L)));
    leaves("Slice", Map.of(), a, longs(0), longs(1), longs(0), longs(0));
    leaves("Slice", Map.of(), a, longs(0), longs(1), longs(9), longs(1));
    leaves("Squeeze", Map.of(), a, longs(Long.MIN_VALUE));
    leaves("Expand", Map.of(), a, longs(1L << 40, 1, 1, 1));
    leaves("Expand", Map.of(), a, longs(-3, 1, 1, 1));
    leaves("Softmax", Map.of(), tensor(DataType.FLOAT, List.of(0L)));
    leaves(
        "Cast",
        Map.of("to", Attribute.of(DataType.INT64.code())),
        Tensor.ofFloats("", List.of(2L), Float.NaN, 1));
    leaves(
        "Cast",
        Map.of("to", Attribute.of(DataType.INT32.code())),
        Tensor.ofFloats("", List.of(1L), 1e20f));
  }

  @Test
  void stopsWhenAProgramAsksForTooMuch() {
    var folding = new Folding();
    var big = Numbers.filled(DataType.INT64, List.of(1L << 20), 1L);
    int folded = 0;
    while (folding.fold("Neg", List.of(Optional.of(big)), Map.of()).isPresent()) {
      folded++;
      assertThat(folded).isLessThan(100);
    }
    assertThat(folded).isBetween(4, 20);
  }

  private void agrees(String opType, Map<String, Attribute> attributes, Tensor... inputs)
      throws OrtException {
    var folded =
        new Folding().fold(opType, List.of(inputs).stream().map(Optional::of).toList(), attributes);
    assertThat(folded).as("%s of %s", opType, List.of(inputs)).isPresent();
    var expected = run(opType, attributes, List.of(inputs), folded.get());
    assertThat(folded.get().bytes()).as("%s of %s", opType, List.of(inputs)).isEqualTo(expected);
  }

  private static void leaves(String opType, Map<String, Attribute> attributes, Tensor... inputs) {
    assertThat(
            new Folding()
                .fold(opType, List.of(inputs).stream().map(Optional::of).toList(), attributes))
        .as(opType)
        .isEmpty();
  }

  private static byte[] run(
      String opType, Map<String, Attribute> attributes, List<Tensor> inputs, Tensor like)
      throws OrtException {
    var named = new ArrayList<Tensor>();
    for (int i = 0; i < inputs.size(); i++) {
      named.add(inputs.get(i).named("c" + i));
    }
    var node =
        new Node(
            "n", opType, "", named.stream().map(Tensor::name).toList(), List.of("y"), attributes);
    var shape = like.shape().stream().map(Dimension::fixed).toList();
    var graph =
        new Graph(
            "g",
            List.of(node),
            named,
            List.of(),
            List.of(new ValueInfo("y", like.type(), shape)),
            List.of());
    var bytes = OnnxWriter.bytes(new OnnxModel(9, Map.of("", 20L), "test", graph, Map.of()));
    try (var session = OrtEnvironment.getEnvironment().createSession(bytes);
        var result = session.run(Map.of())) {
      var output = (OnnxTensor) result.get(0);
      assertThat(output.getInfo().getShape())
          .as(opType)
          .isEqualTo(like.shape().stream().mapToLong(Long::longValue).toArray());
      ByteBuffer buffer = output.getByteBuffer();
      var all = new byte[buffer.remaining()];
      buffer.get(all);
      return all;
    }
  }

  private Tensor tensor(DataType type, List<Long> shape) {
    int elements = shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
    var values =
        IntStream.range(0, elements)
            .mapToDouble(_ ->
                switch (type) {
                  case BOOL -> random.nextInt(2);
                  case UINT8 -> random.nextInt(256);
                  case INT64, INT32 -> random.nextInt(-20, 20);
                  default -> random.nextGaussian() * 3;
                })
            .toArray();
    return Numbers.of(type, shape, i -> values[i]);
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs("", List.of((long) values.length), values);
  }

  private static Map<String, Attribute> fraction() {
    return Map.of("fmod", Attribute.of(1));
  }
}
