package dev.fovea.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Problem;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
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
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transformers and the operators that they are made of, against what PyTorch computed. */
class TransformersTest {
  private static final String MODEL = "models/model.json";

  /** What a runtime may differ by: sums in another order, polynomials for exponentials. */
  private static final double ROUNDING = 1e-5;

  private static final List<String> FORMS = List.of(".raw.pt2", ".decomposed.pt2");

  static final List<String> OPERATORS =
      List.of(
          "attention",
          "indexing",
          "constants",
          "orders",
          "functions",
          "views",
          "aliases",
          "contractions",
          "sizes");

  /** The last six are torchvision's own with next to no weights. */
  static final List<String> MODELS =
      List.of("detr", "segformer", "mixer", "vit", "swin", "swinv2", "convnext", "maxvit", "mvit");

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("OPERATORS")
  void computesOperatorsAsPyTorchDoes(String name) throws Exception {
    // A decomposed program changes nothing in place.
    for (var form : name.equals("aliases") ? List.of(".raw.pt2") : FORMS) {
      var exported = Pt2Exporter.export(Recorded.file(name + form));

      assertThat(Recorded.compare(exported, name)).as(form).isLessThan(ROUNDING);
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void answersAsPyTorchDidForRawPrograms(String name) throws Exception {
    var exported = Pt2Exporter.export(Recorded.file(name + ".raw.pt2"));

    assertThat(exported.report().decomposed()).isFalse();
    assertThat(Recorded.compare(exported, name)).isLessThan(ROUNDING);
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void answersAsPyTorchDidForDecomposedPrograms(String name) throws Exception {
    var exported = Pt2Exporter.export(Recorded.file(name + ".decomposed.pt2"));

    assertThat(exported.report().decomposed()).isTrue();
    assertThat(Recorded.compare(exported, name)).isLessThan(ROUNDING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "swin", "swinv2", "detr", "segformer", "maxvit"})
  void leavesTheBatchOpen(String name) {
    for (var form : List.of(".raw.pt2", ".decomposed.pt2")) {
      var exported = Pt2Exporter.export(Recorded.file(name + form));

      assertThat(exported.inputs().getFirst().value().shape().getFirst())
          .as(form)
          .isInstanceOf(Dimension.Symbolic.class)
          .isEqualTo(exported.outputs().getFirst().value().shape().getFirst());
    }
  }

  @Test
  void computesTheMasksOfWindowsAtConversion() {
    for (var form : List.of("swin.raw.pt2", "swin.decomposed.pt2")) {
      var graph = Pt2Exporter.export(Recorded.file(form)).model().graph();
      var constants = graph.initializers().stream().map(Tensor::name).toList();

      assertThat(graph.nodes())
          .as(form)
          .filteredOn(node -> !node.inputs().isEmpty() && constants.containsAll(node.inputs()))
          .extracting(Node::opType)
          // Tables of weights are looked up and turned; nothing of the masks is left.
          .isSubsetOf("Gather", "Reshape", "Transpose", "Unsqueeze", "Expand", "Identity");
      assertThat(graph.initializers())
          .as(form)
          .anySatisfy(each -> {
            assertThat(each.type()).isEqualTo(DataType.FLOAT);
            assertThat(each.floats()).containsOnly(0, -100);
          });
    }
  }

  /** PyTorch repeats a weight for each token; a copy for each is a gigabyte for ViT-B/16. */
  @Test
  void repeatsNoWeightsForTheProductsOfABatch() {
    for (var name : MODELS) {
      var nodes =
          Pt2Exporter.export(Recorded.file(name + ".decomposed.pt2")).model().graph().nodes();
      var repeated =
          nodes.stream()
              .filter(node -> node.opType().equals("Expand"))
              .flatMap(node -> node.outputs().stream())
              .toList();

      assertThat(nodes)
          .as(name)
          .filteredOn(node -> node.opType().equals("MatMul"))
          .allSatisfy(node -> assertThat(repeated).doesNotContain(node.inputs().getLast()));
    }
  }

  @Test
  void writesTheSameBytesEachTime() {
    var file = Recorded.file("swin.raw.pt2");

    assertThat(OnnxWriter.bytes(Pt2Exporter.export(file).model()))
        .isEqualTo(OnnxWriter.bytes(Pt2Exporter.export(file).model()));
  }

  @Test
  @Timeout(120)
  void neverFailsOtherwiseOnDamagedPrograms() throws IOException {
    var random = new Random(9);
    int refused = 0;
    for (int i = 0; i < 1_000; i++) {
      var name = OPERATORS.get(i % OPERATORS.size());
      boolean raw = name.equals("aliases") || random.nextBoolean();
      var damaged = Forgery.of(name + FORMS.get(raw ? 0 : 1));
      var bytes = damaged.data(MODEL).clone();
      for (int n = random.nextInt(1, 5); n > 0; n--) {
        int at = random.nextInt(bytes.length);
        // Mostly another digit, so that the JSON stays valid and the damage gets deeper.
        bytes[at] =
            Character.isDigit(bytes[at]) || random.nextInt(4) == 0
                ? (byte) ('0' + random.nextInt(10))
                : bytes[at];
      }
      try {
        Pt2Exporter.export(damaged.set(MODEL, bytes).write(folder));
      } catch (Problem _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }
}
