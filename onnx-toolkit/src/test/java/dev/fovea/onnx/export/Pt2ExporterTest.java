package dev.fovea.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fovea.onnx.export.lowering.UnsupportedOperators;
import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Converts archives that PyTorch wrote and compares with what PyTorch computed. */
class Pt2ExporterTest {
  static final List<String> MODELS =
      List.of(
          "convnet",
          "residual",
          "gates",
          "pools",
          "convolutions",
          "shapes",
          "arithmetic",
          "products",
          "mutations");

  @ParameterizedTest
  @FieldSource("MODELS")
  void answersAsPyTorchDidForRawPrograms(String name) throws Exception {
    var exported = Pt2Exporter.export(Recorded.file(name + ".raw.pt2"));

    assertThat(exported.report().decomposed()).isFalse();
    assertThat(Recorded.compare(exported, name)).isLessThan(1e-6);
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void answersAsPyTorchDidForDecomposedPrograms(String name) throws Exception {
    var exported = Pt2Exporter.export(Recorded.file(name + ".decomposed.pt2"));

    assertThat(exported.report().decomposed()).isTrue();
    assertThat(Recorded.compare(exported, name)).isLessThan(1e-6);
  }

  @Test
  void writesTheSameBytesEachTime() {
    var file = Recorded.file("residual.raw.pt2");

    assertThat(OnnxWriter.bytes(Pt2Exporter.export(file).model()))
        .isEqualTo(OnnxWriter.bytes(Pt2Exporter.export(file).model()));
  }

  @Test
  void givesAModelThatItsOwnReaderAccepts() {
    var model = Pt2Exporter.export(Recorded.file("convnet.raw.pt2")).model();

    assertThat(model.irVersion()).isEqualTo(9);
    assertThat(model.opsets()).isEqualTo(Map.of("", 20L));
    assertThat(OnnxReader.read(OnnxWriter.bytes(model))).isEqualTo(model);
  }

  @Test
  void keepsTheBatchOpenAndTheNamesThatPlainCallersKnow() {
    var exported = Pt2Exporter.export(Recorded.file("convnet.raw.pt2"));

    assertThat(exported.inputs().getFirst().value())
        .isEqualTo(
            new ValueInfo(
                "x",
                DataType.FLOAT,
                List.of(
                    Dimension.symbolic("s77"),
                    Dimension.fixed(1),
                    Dimension.fixed(8),
                    Dimension.fixed(8))));
    assertThat(exported.outputs().getFirst().name()).isEqualTo("output");
    assertThat(exported.outputs().getFirst().original()).isEqualTo("linear");
    assertThat(exported.model().graph().initializers())
        .extracting(Tensor::name)
        .containsExactly(
            "conv.weight",
            "conv.bias",
            "bn.weight",
            "bn.bias",
            "bn.running_mean",
            "bn.running_var",
            "const",
            "fc.weight",
            "fc.bias");
  }

  @Test
  void makesOneNodeOfALinearLayerInBothForms() {
    for (var form : List.of("convnet.raw.pt2", "convnet.decomposed.pt2")) {
      assertThat(Pt2Exporter.export(Recorded.file(form)).model().graph().nodes())
          .as(form)
          .extracting(Node::opType)
          .containsExactly(
              "Conv", "BatchNormalization", "Relu", "MaxPool", "Reshape", "Gemm", "Identity");
    }
  }

  @Test
  void callsOutputsByTheKeysOfAReturnedDictionary() {
    var exported = Pt2Exporter.export(Recorded.file("residual.raw.pt2"));

    assertThat(exported.outputs())
        .extracting(Exported.Port::name)
        .containsExactly("pooled", "mean");
  }

  @Test
  void keepsTiedWeightsOnce() {
    var graph = Pt2Exporter.export(Recorded.file("products.raw.pt2")).model().graph();

    assertThat(graph.initializers())
        .extracting(Tensor::name)
        .filteredOn(name -> name.startsWith("down") || name.startsWith("tied"))
        .hasSize(1);
  }

  @Test
  void exposesTheFeaturesThatFeedTheHead() {
    var graph = Pt2Exporter.export(Recorded.file("convnet.raw.pt2")).model().graph();
    var head = graph.consumersOf("fc.weight").getFirst();

    var features = graph.exposing(head.inputs().getFirst()).outputs().getLast();

    assertThat(features.shape()).containsExactly(Dimension.symbolic("s77"), Dimension.fixed(64));
  }

  @Test
  void reportsWhatItConverted() {
    var report = Pt2Exporter.export(Recorded.file("convnet.raw.pt2")).report();

    assertThat(report.operators()).containsEntry("aten.conv2d.default", 1).hasSize(7);
    assertThat(report.symbols().get("s77").min()).hasValue(1);
    assertThat(report.torchVersion()).startsWith("2.14.1");
    assertThat(report.parameterBytes()).isEqualTo((36 + 4 + 4 * 4 + 320 + 5) * 4 + 2 * 8);
  }

  @Test
  void recognisesArchivesByTheirContent() {
    assertThat(Pt2Exporter.isPt2(Recorded.file("convnet.raw.pt2"))).isTrue();
    assertThat(Pt2Exporter.isPt2(Recorded.file("convnet.json"))).isFalse();
  }

  @Test
  void listsEveryUnsupportedOperatorWithWhatToDo(@TempDir Path folder) throws Exception {
    var path =
        Forgery.of("residual.raw.pt2")
            .replace(
                "model.json", "torch.ops.aten.hardswish_.default", "torch.ops.vendor.gate.default")
            .edit(
                "model.json",
                text ->
                    text.replace("torch.ops.aten.conv2d.default", "torch.ops.aten.fft_fft.default"))
            .write(folder);

    assertThatExceptionOfType(UnsupportedOperators.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .withMessage(
            "2 unsupported operators: aten.fft_fft.default ×3 (node 'conv2d'),"
                + " vendor.gate.default ×1 (node 'hardswish_')")
        .satisfies(e -> {
          assertThat(e.counts()).containsEntry("aten.fft_fft.default", 3);
          assertThat(e.remedy()).contains("run_decompositions()");
        });
  }

  @Test
  void refusesModelsInTrainingMode(@TempDir Path folder) throws Exception {
    var path =
        Forgery.of("convnet.raw.pt2")
            .replace(
                "model.json",
                "\"name\": \"training\", \"arg\": {\"as_bool\": false}",
                "\"name\": \"training\", \"arg\": {\"as_bool\": true}")
            .write(folder);

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .satisfies(e -> assertThat(e.remedy()).contains("model.eval()"));
  }

  @Test
  void namesTheLineOfTheModelButNotItsFolder(@TempDir Path folder) throws Exception {
    var path =
        Forgery.of("residual.raw.pt2")
            .edit(
                "model.json",
                text ->
                    text.replace(
                            "torch.ops.aten.hardswish_.default", "torch.ops.vendor.gate.default")
                        .replace(
                            "\"metadata\": {\"",
                            "\"metadata\": {\"stack_trace\": \"  File \\\"/home/alice/net.py\\\","
                                + " line 12, in forward\", \""))
            .write(folder);

    assertThatExceptionOfType(UnsupportedOperators.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .withMessage(
            "1 unsupported operator: vendor.gate.default ×1 (node 'hardswish_', net.py:12)");
  }

  @Test
  void makesAViewAgainWhenItsMemoryChanged(@TempDir Path folder) throws Exception {
    var path =
        Forgery.of("mutations.raw.pt2")
            .replace("model.json", "torch.ops.aten.detach.default", "torch.ops.aten.t.default")
            .write(folder);

    assertThat(Pt2Exporter.export(path).model().graph().nodes())
        .extracting(Node::opType)
        .containsSubsequence("Add", "Transpose");
  }

  @Test
  void refusesTheSecondResultOfPoolingWhenItIsUsed(@TempDir Path folder) throws Exception {
    var path =
        Forgery.of("convnet.decomposed.pt2")
            .edit(
                "model.json",
                text ->
                    text.replace(
                            "\"outputs\": [{\"as_tensor\": {\"name\": \"addmm\"}}], \"nodes\"",
                            "\"outputs\": [{\"as_tensor\": {\"name\":"
                                + " \"max_pool2d_with_indices_unused_1\"}}], \"nodes\"")
                        .replace(
                            "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\": \"addmm\"}}}}",
                            "{\"user_output\": {\"arg\": {\"as_tensor\": {\"name\":"
                                + " \"max_pool2d_with_indices_unused_1\"}}}}"))
            .write(folder);

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .withMessageContaining("a result that ONNX does not have");
  }
}
