package dev.fovea.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.UnreadableOnnx;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.session.RefusedTensor.Flaw;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceSessionTest {
  private static final SessionSettings SETTINGS = SessionSettings.defaults();

  @Test
  void saysWhatAModelTakesAndGives() {
    try (var session = InferenceSession.open(OnnxWriter.bytes(sumAndPlace()), SETTINGS)) {
      assertThat(session.inputs())
          .containsExactly(new TensorSpec("x", DataType.FLOAT, List.of(-1L, 3L)));
      assertThat(session.outputs())
          .containsExactly(
              new TensorSpec("sum", DataType.FLOAT, List.of(-1L, 3L)),
              new TensorSpec("place", DataType.INT64, List.of(-1L)));
    }
  }

  @Test
  void answersAllOutputsInTheModelsOrder(@TempDir Path folder) {
    var file = folder.resolve("model.onnx");
    OnnxWriter.write(sumAndPlace(), file);
    try (var session = InferenceSession.open(file, SETTINGS)) {
      var answers = session.run(x(2, 3, 1, 9, 0, -4, -6, -5));

      assertThat(answers.keySet()).containsExactly("sum", "place");
      assertThat(answers.get("sum"))
          .isEqualTo(FloatTensor.of(new float[] {2, 18, 0, -8, -12, -10}, 2, 3));
      assertThat(answers.get("place")).isEqualTo(FloatTensor.of(new float[] {1, 0}, 2));
    }
  }

  @Test
  void readsBackOnlyTheWantedOutputs() {
    try (var session = InferenceSession.open(sumAndPlace(), SETTINGS)) {
      assertThat(session.run(x(1, 3, 1, 2, 3), List.of("place"))).containsOnlyKeys("place");
      assertThatThrownBy(() -> session.run(x(1, 3, 1, 2, 3), List.of("plaice")))
          .isInstanceOf(RefusedTensor.class)
          .hasMessage("output 'plaice': not in the model (expected: 'sum', 'place')");
      assertThatThrownBy(() -> session.run(x(1, 3, 1, 2, 3), List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesTensorsThatDoNotFit() {
    try (var session = InferenceSession.open(sumAndPlace(), SETTINGS)) {
      assertRefused(session, Map.of(), Flaw.MISSING_INPUT, "input 'x' FLOAT[-1, 3]: not given");
      assertRefused(
          session,
          Map.of("images\n", FloatTensor.of(new float[3], 1, 3)),
          Flaw.UNKNOWN_NAME,
          "input 'images\\u000a': not in the model (expected: 'x')");
      assertRefused(
          session,
          x(1, 4, 1, 2, 3, 4),
          Flaw.WRONG_SHAPE,
          "input 'x': shape [1, 4] (expected: [-1, 3], -1 is any size)");
      assertRefused(
          session,
          Map.of("x", FloatTensor.of(new float[3], 3)),
          Flaw.WRONG_SHAPE,
          "input 'x': shape [3] (expected: [-1, 3], -1 is any size)");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INT64, 16777216",
    "INT64, -16777216",
    "INT32, -5",
    "UINT8, 255",
    "UINT8, 0",
    "BOOL, 1",
  })
  void carriesWholeNumbersThroughIntegerTensors(DataType type, float value) {
    try (var session = InferenceSession.open(identity(type), SETTINGS)) {
      var input = FloatTensor.of(new float[] {value}, 1);
      assertThat(session.run(Map.of("x", input)).get("y")).isEqualTo(input);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INT64, 0.5, tensor 'x': 0.5 is no INT64",
    "INT64, NaN, tensor 'x': NaN is no INT64",
    "UINT8, 256, tensor 'x': 256.0 is no UINT8",
    "UINT8, -1, tensor 'x': -1.0 is no UINT8",
    "BOOL, 2, tensor 'x': 2.0 is no BOOL",
    "INT64, 33554432, tensor 'y': 33554432 cannot be read as a float without loss",
    "DOUBLE, 1, tensor 'x': DOUBLE cannot be filled from floats",
  })
  void refusesNumbersThatWouldBeRounded(DataType type, float value, String message) {
    try (var session = InferenceSession.open(identity(type), SETTINGS)) {
      var input = Map.of("x", FloatTensor.of(new float[] {value}, 1));
      assertRefused(session, input, Flaw.WRONG_TYPE, message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.bin", "../../etc/passwd", "/etc/passwd", "file:///etc/passwd"})
  void refusesExternalDataBeforeOnnxRuntimeSeesIt(String location, @TempDir Path folder)
      throws Exception {
    var model = withExternalWeights(location);
    var file = Files.write(folder.resolve("model.onnx"), model);
    Files.write(folder.resolve("weights.bin"), new byte[12]);

    assertThatThrownBy(() -> InferenceSession.open(model, SETTINGS))
        .isInstanceOfSatisfying(
            UnreadableOnnx.class,
            refused -> assertThat(refused.flaw()).isEqualTo(UnreadableOnnx.Flaw.EXTERNAL_DATA));
    assertThatThrownBy(() -> InferenceSession.open(file, SETTINGS))
        .isInstanceOf(UnreadableOnnx.class);
  }

  @Test
  void repeatsWhatOnnxRuntimeSaysAboutAModelItCannotRun() {
    var unknown =
        model(
            List.of(Node.of("n", "NoSuchOperator", List.of("x"), List.of("y"))),
            ValueInfo.fixed("x", DataType.FLOAT, 1),
            ValueInfo.fixed("y", DataType.FLOAT, 1));

    assertThatThrownBy(() -> InferenceSession.open(unknown, SETTINGS))
        .isInstanceOf(InferenceFailed.class)
        .hasMessageContaining("NoSuchOperator");
  }

  @Test
  void repeatsWhatOnnxRuntimeSaysAboutAFailedRun() {
    var shape = Tensor.ofLongs("shape", List.of(1L), 7);
    var model =
        model(
            List.of(Node.of("r", "Reshape", List.of("x", "shape"), List.of("y"))),
            new ValueInfo("x", DataType.FLOAT, List.of(Dimension.symbolic("n"))),
            new ValueInfo("y", DataType.FLOAT, List.of(Dimension.unknown())),
            shape);
    try (var session = InferenceSession.open(model, SETTINGS)) {
      assertThatThrownBy(() -> session.run(Map.of("x", FloatTensor.of(new float[5], 5))))
          .isInstanceOf(InferenceFailed.class)
          .hasMessageContaining("Reshape");
      assertThat(session.run(Map.of("x", FloatTensor.of(new float[7], 7)))).containsKey("y");
    }
  }

  @Test
  void answersManyThreadsAtOnce() throws Exception {
    try (var session = InferenceSession.open(sumAndPlace(), SETTINGS.withIntraOpThreads(1));
        var threads = Executors.newFixedThreadPool(8)) {
      var tasks = new ArrayList<Callable<Boolean>>();
      for (int task = 0; task < 64; task++) {
        float value = task;
        tasks.add(() -> {
          for (int i = 0; i < 50; i++) {
            var sum = session.run(x(1, 3, value, i, 0)).get("sum").data();
            if (sum[0] != 2 * value || sum[1] != 2 * i) {
              return false;
            }
          }
          return true;
        });
      }
      for (var done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isTrue();
      }
    }
  }

  @Test
  void refusesToRunOnceClosed() {
    var session = InferenceSession.open(sumAndPlace(), SETTINGS);
    session.close();
    session.close();

    assertThatThrownBy(() -> session.run(x(1, 3, 1, 2, 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("session: closed (expected: open)");
  }

  @Test
  void closesOnlyAfterRunsThatAreUnderWay() throws Exception {
    var session = InferenceSession.open(sumAndPlace(), SETTINGS);
    try (var threads = Executors.newFixedThreadPool(4)) {
      var tasks = new ArrayList<java.util.concurrent.Future<Integer>>();
      for (int task = 0; task < 4; task++) {
        tasks.add(
            threads.submit(() -> {
              int runs = 0;
              try {
                while (true) {
                  session.run(x(1, 3, 1, 2, 3));
                  runs++;
                }
              } catch (IllegalStateException closed) {
                return runs;
              }
            }));
      }
      Thread.sleep(50);
      session.close();
      for (var task : tasks) {
        assertThat(task.get()).isPositive();
      }
    }
  }

  private static void assertRefused(
      InferenceSession session, Map<String, FloatTensor> input, Flaw flaw, String message) {
    assertThatThrownBy(() -> session.run(input))
        .hasMessage(message)
        .isInstanceOfSatisfying(
            RefusedTensor.class, refused -> assertThat(refused.flaw()).isEqualTo(flaw));
  }

  private static Map<String, FloatTensor> x(long rows, long columns, float... values) {
    return Map.of("x", FloatTensor.of(values, rows, columns));
  }

  /** Twice the input, and the place of the largest element of each row. */
  private static OnnxModel sumAndPlace() {
    var row = List.of(Dimension.symbolic("n"), Dimension.fixed(3));
    var graph =
        new Graph(
            "g",
            List.of(
                Node.of("a", "Add", List.of("x", "x"), List.of("sum")),
                Node.of("b", "ArgMax", List.of("x"), List.of("place"))
                    .with("axis", Attribute.of(1))
                    .with("keepdims", Attribute.of(0))),
            List.of(),
            List.of(new ValueInfo("x", DataType.FLOAT, row)),
            List.of(
                new ValueInfo("sum", DataType.FLOAT, row),
                new ValueInfo("place", DataType.INT64, row.subList(0, 1))),
            List.of());
    return new OnnxModel(9, Map.of("", 17L), "test", graph, Map.of());
  }

  private static OnnxModel identity(DataType type) {
    return model(
        List.of(Node.of("i", "Identity", List.of("x"), List.of("y"))),
        ValueInfo.fixed("x", type, 1),
        ValueInfo.fixed("y", type, 1));
  }

  private static OnnxModel model(
      List<Node> nodes, ValueInfo input, ValueInfo output, Tensor... constants) {
    var graph =
        new Graph("g", nodes, List.of(constants), List.of(input), List.of(output), List.of());
    return new OnnxModel(9, Map.of("", 17L), "test", graph, Map.of());
  }

  /**
   * ModelProto.graph(7).initializer(5) with dims(1), data_type(2), name(8), external_data(13),
   * location(14).
   */
  private static byte[] withExternalWeights(String location) {
    var entry = new ByteArrayOutputStream();
    field(entry, 1, "location".getBytes(StandardCharsets.UTF_8));
    field(entry, 2, location.getBytes(StandardCharsets.UTF_8));
    var tensor = new ByteArrayOutputStream();
    tensor.writeBytes(new byte[] {1 << 3, 3, 2 << 3, 1});
    field(tensor, 8, new byte[] {'w'});
    field(tensor, 13, entry.toByteArray());
    tensor.writeBytes(new byte[] {14 << 3, 1});
    var graph = new ByteArrayOutputStream();
    field(graph, 5, tensor.toByteArray());
    var model = new ByteArrayOutputStream();
    model.writeBytes(new byte[] {1 << 3, 9});
    field(model, 7, graph.toByteArray());
    return model.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] content) {
    out.write(number << 3 | 2);
    out.write(content.length);
    out.writeBytes(content);
  }
}
