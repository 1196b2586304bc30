package dev.fovea.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.onnx.graph.Attribute.FloatsAttribute;
import dev.fovea.onnx.graph.Attribute.GraphAttribute;
import dev.fovea.onnx.graph.Attribute.IntsAttribute;
import dev.fovea.onnx.graph.Attribute.StringsAttribute;
import dev.fovea.onnx.graph.Attribute.TensorAttribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The codec against files of the reference implementation; see src/test/python/onnx_fixtures.py.
 */
class OnnxCodecTest {

  static byte[] fixture(String name) throws IOException {
    try (var in = OnnxCodecTest.class.getResourceAsStream(name)) {
      assertThat(in).as("fixture %s", name).isNotNull();
      return in.readAllBytes();
    }
  }

  @Test
  void writesTheBytesThatTheReferenceImplementationWrote() throws IOException {
    var bytes = fixture("canonical.onnx");

    assertThat(OnnxWriter.bytes(OnnxReader.read(bytes))).isEqualTo(bytes);
  }

  @Test
  void readsEveryPartOfAModel() throws IOException {
    var model = OnnxReader.read(fixture("canonical.onnx"));

    assertThat(model.irVersion()).isEqualTo(9);
    assertThat(model.producer()).isEqualTo("fixtures");
    assertThat(model.opsets()).containsExactly(Map.entry("", 20L), Map.entry("dev.example", 3L));
    assertThat(model.metadata())
        .containsExactly(Map.entry("author", "fixtures"), Map.entry("labels", "0,1,2"));
    var graph = model.graph();
    assertThat(graph.inputs())
        .containsExactly(
            new ValueInfo(
                "x", DataType.FLOAT, List.of(Dimension.symbolic("n"), Dimension.fixed(3))),
            new ValueInfo("flag", DataType.BOOL, List.of()));
    assertThat(graph.outputs())
        .containsExactly(
            new ValueInfo("out", DataType.FLOAT, List.of(Dimension.unknown(), Dimension.fixed(3))));
    assertThat(graph.initializer("w").orElseThrow().floats())
        .containsExactly(-1f, -0.75f, -0.5f, -0.25f, 0f, 0.25f, 0.5f, 0.75f, 1f);
    assertThat(graph.initializer("unused").orElseThrow().longs()).containsExactly(1L << 62, -5);
  }

  @Test
  void readsEveryKindOfAttribute() throws IOException {
    var nodes = OnnxReader.read(fixture("canonical.onnx")).graph().nodes();

    assertThat(nodes.get(0).inputs()).containsExactly("x", "w", "");
    assertThat(nodes.get(0).attribute("alpha")).contains(Attribute.of(0.5f));
    assertThat(nodes.get(0).intAttribute("transB")).hasValue(1);
    assertThat(nodes.get(1).name()).isEqualTo("größe");
    assertThat(nodes.get(2).attribute("then_branch"))
        .get()
        .isInstanceOfSatisfying(
            GraphAttribute.class,
            branch ->
                assertThat(branch.value().initializer("yes_value").orElseThrow().floats())
                    .containsExactly(2.5f));
    var custom = nodes.get(3);
    assertThat(custom.domain()).isEqualTo("dev.example");
    assertThat(custom.attribute("floats"))
        .contains(new FloatsAttribute(List.of(1f, -0f, Float.POSITIVE_INFINITY)));
    assertThat(custom.attribute("ints")).contains(new IntsAttribute(List.of(-1L, 1L << 40, 0L)));
    assertThat(custom.attribute("strings")).contains(new StringsAttribute(List.of("a", "β")));
    assertThat(custom.attribute("text")).contains(Attribute.of("text"));
    assertThat(custom.attribute("tensor"))
        .contains(
            new TensorAttribute(
                Tensor.ofBytes(
                    "", DataType.INT8, List.of(4L), (byte) 0, (byte) 1, (byte) 2, (byte) 3)));
  }

  @Test
  void readsTensorsStoredAsNumbersLikeTensorsStoredAsBytes() throws IOException {
    var typed = OnnxReader.read(fixture("typed-fields.onnx"));
    var raw = OnnxReader.read(fixture("raw-fields.onnx"));

    assertThat(typed.graph().initializers()).hasSize(13).isEqualTo(raw.graph().initializers());
    assertThat(typed.graph().initializer("float").orElseThrow().floats())
        .containsExactly(1.5f, -2.25f, 0f);
  }

  @Test
  void writesEqualModelsEquallyWhateverTheOrderOfTheirMaps() {
    var node =
        Node.of("n", "Relu", List.of("x"), List.of("y"))
            .with("b", Attribute.of(1))
            .with("a", Attribute.of(2));
    var other =
        Node.of("n", "Relu", List.of("x"), List.of("y"))
            .with("a", Attribute.of(2))
            .with("b", Attribute.of(1));

    assertThat(OnnxWriter.bytes(model(node))).isEqualTo(OnnxWriter.bytes(model(other)));
  }

  @Test
  void writesAFileLargerThanItsBufferWholly(@TempDir Path folder) throws IOException {
    var weights = new float[100_000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i;
    }
    var relu = Node.of("n", "Relu", List.of("x"), List.of("y"));
    var graph =
        model(relu)
            .graph()
            .withInitializers(
                List.of(
                    Tensor.ofFloats("a", List.of(100_000L), weights),
                    Tensor.scalar("b", 3f),
                    Tensor.ofFloats("c", List.of(100_000L), weights)));
    var model = model(relu).withGraph(graph);
    var file = folder.resolve("model.onnx");

    OnnxWriter.write(model, file);

    assertThat(Files.size(file)).isEqualTo(OnnxWriter.size(model));
    assertThat(Files.readAllBytes(file)).isEqualTo(OnnxWriter.bytes(model));
    assertThat(OnnxReader.read(file)).isEqualTo(model);
  }

  private static OnnxModel model(Node node) {
    var graph =
        new Graph(
            "g",
            List.of(node),
            List.of(),
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 2)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 2)),
            List.of());
    return new OnnxModel(9, Map.of("", 20L), "", graph, Map.of());
  }
}
