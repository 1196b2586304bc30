package dev.fovea.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.session.RefusedTensor;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.DetectorSpec.Output;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.vision.detection.Detection;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ModelUnderTestTest {
  private static final PreprocessSpec SPEC =
      new PreprocessSpec(Resize.LETTERBOX, 8, 8, Colour.GREY, 1, List.of(0.0), List.of(1.0));

  private static final List<Tensor> TORCHVISION =
      List.of(
          Tensor.ofFloats("scores", List.of(3L), 0.5f, 0.75f, 0.25f),
          Tensor.ofFloats("boxes", List.of(3L, 4L), 0, 2, 4, 6, 2, 2, 8, 4, 0, 0, 8, 8),
          Tensor.ofLongs("labels", List.of(3L), 2, 1, 0));

  private final MemoryObjectStore objects = new MemoryObjectStore();

  @Test
  void asksTorchvisionsDetectorForItsThreeOutputs() throws Exception {
    // 16 x 8 px in the middle of 8 x 8: both scales are 2, and 2 rows are above.
    assertThat(seen(TORCHVISION, Output.TORCHVISION))
        .containsExactly(new Detection(0, 0.75, 4, 0, 16, 4), new Detection(1, 0.5, 0, 0, 8, 8));
  }

  @Test
  void asksAnEndToEndModelForItsRows() throws Exception {
    var rows =
        Tensor.ofFloats("output0", List.of(1L, 2L, 6L), 0, 2, 4, 6, 0.5f, 1, 2, 2, 8, 4, 0.75f, 0);
    assertThat(seen(List.of(rows), Output.BOXES))
        .containsExactly(new Detection(0, 0.75, 4, 0, 16, 4), new Detection(1, 0.5, 0, 0, 8, 8));
  }

  @Test
  void refusesWhenItIsLoadedWhatTheDatasetDoesNotHave() throws Exception {
    var one = List.of("cup");
    assertThatThrownBy(() -> open(model(List.of("x"), TORCHVISION), one, Output.TORCHVISION))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage(
            "model answers class 2.0 (expected: a whole number, 1 to 1, for the 1 classes of the dataset)");
    assertThatThrownBy(
            () -> open(model(List.of("x"), TORCHVISION.subList(0, 2)), one, Output.TORCHVISION))
        .hasMessage("model with 2 outputs [scores, boxes] (expected: 3: boxes, labels and scores)");
    assertThatThrownBy(() -> open(model(List.of("x"), TORCHVISION), one, Output.YOLO_V8))
        .hasMessageContaining("scores is [3] (expected: [1, 5, N]");
    assertThatThrownBy(() -> open(model(List.of("x", "y"), TORCHVISION), one, Output.BOXES))
        .hasMessage("model with 2 inputs (expected: 1, an image)");
    assertThatThrownBy(() -> open(model(List.of(), TORCHVISION), one, Output.BOXES))
        .hasMessage("model with 0 inputs (expected: 1, an image)");
  }

  @Test
  void refusesAnInputWithoutTheAxisOfImages() {
    var bare = model(List.of("x"), TORCHVISION, 1, 8, 8);
    assertThatThrownBy(() -> open(bare, List.of("cup", "plate"), Output.TORCHVISION))
        .isInstanceOf(RefusedTensor.class)
        .hasMessageContaining("shape [1, 1, 8, 8] (expected: [1, 8, 8]");
  }

  private List<Detection> seen(List<Tensor> outputs, Output form) throws IOException {
    var sample = new Sample("a.png", objects.put(png()), "m", 1, "", "test", Optional.empty());
    try (var model = open(model(List.of("x"), outputs), List.of("cup", "plate"), form)) {
      var answer = model.answer(sample, new Pictures(objects, SPEC).picture(sample));
      return ((Seen) answer).detections();
    }
  }

  private ModelUnderTest open(byte[] model, List<String> classes, Output form) throws IOException {
    Digest digest = objects.put(model);
    return ModelUnderTest.open(objects, digest, classes, SPEC, Optional.of(DetectorSpec.of(form)));
  }

  private static byte[] model(List<String> inputs, List<Tensor> outputs) {
    return model(inputs, outputs, 1, 1, 8, 8);
  }

  /** Whose outputs are always these. */
  private static byte[] model(List<String> inputs, List<Tensor> outputs, long... shape) {
    var nodes = new ArrayList<Node>();
    var constants = new ArrayList<Tensor>();
    var infos = new ArrayList<ValueInfo>();
    for (var output : outputs) {
      constants.add(output.named(output.name() + ".c"));
      nodes.add(
          Node.of(
              output.name() + ".n",
              "Identity",
              List.of(output.name() + ".c"),
              List.of(output.name())));
      infos.add(
          info(
              output.name(),
              output.type(),
              output.shape().stream().mapToLong(Long::longValue).toArray()));
    }
    var graph =
        new Graph(
            "constant",
            nodes,
            constants,
            inputs.stream().map(name -> info(name, DataType.FLOAT, shape)).toList(),
            infos,
            List.of());
    return OnnxWriter.bytes(new OnnxModel(9, Map.of("", 20L), "test", graph, Map.of()));
  }

  private static ValueInfo info(String name, DataType type, long... shape) {
    return new ValueInfo(name, type, LongStream.of(shape).mapToObj(Dimension::fixed).toList());
  }

  private static byte[] png() throws IOException {
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY), "png", bytes);
    return bytes.toByteArray();
  }
}
