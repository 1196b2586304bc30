package dev.fovea.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DetectorTailTest {
  private static final int PLACES = 16;

  @Test
  void endsAtTheLastConvolutionsWithMoreThanOneChannel() {
    assertThat(DetectorTail.of(head()))
        .containsExactlyInAnyOrder("answer", "pixels", "expected", "shares", "flat", "scores");
  }

  @Test
  void keepsScoresThatEightBitsBesideBoxesOfHundredsOfPixelsDoNot() {
    var model = head();
    var images = images();
    var ranges = Calibration.collect(model, CalibrationMethod.minMax(), images);
    var float32 = scores(model, images);
    assertThat(float32).anyMatch(score -> score > 0.9).anyMatch(score -> score < 0.1);

    var whole = Quantizer.quantize(model, ranges, QuantizationProfile.ORT_X86);
    assertThat(scores(whole.model(), images))
        .as("the step of boxes and scores together is more than a pixel")
        .allMatch(score -> score == 0 || score > 1)
        .filteredOn(score -> score == 0)
        .hasSizeGreaterThan(images.size() * PLACES / 2);

    var body =
        Quantizer.quantize(model, ranges, QuantizationProfile.ORT_X86, DetectorTail.of(model));
    var int8 = scores(body.model(), images);
    for (int i = 0; i < int8.size(); i++) {
      assertThat(int8.get(i)).isCloseTo(float32.get(i), within(0.05f));
    }
    assertThat(body.model().graph().initializers())
        .extracting(Tensor::name)
        .contains("body.w_quantized", "boxes.w_quantized", "classes.w_quantized", "mean.w");
  }

  @Test
  void isNothingWhereTheModelEndsInALayerWithWeights() {
    assertThat(DetectorTail.of(Models.gemm(1))).isEqualTo(Set.of());
  }

  private static List<Float> scores(OnnxModel model, List<Map<String, FloatTensor>> images) {
    var scores = new ArrayList<Float>();
    try (var session = InferenceSession.open(model, SessionSettings.defaults())) {
      for (var image : images) {
        var answer = session.run(image).values().iterator().next().data();
        for (int i = answer.length - PLACES; i < answer.length; i++) {
          scores.add(answer[i]);
        }
      }
    }
    return scores;
  }

  private static List<Map<String, FloatTensor>> images() {
    var random = new SplittableRandom(4);
    var images = new ArrayList<Map<String, FloatTensor>>();
    for (int i = 0; i < 8; i++) {
      var pixels = new float[64];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (float) random.nextDouble(-1, 1);
      }
      images.add(Map.of("x", FloatTensor.of(pixels, 1, 1, 8, 8)));
    }
    return images;
  }

  /**
   * Shaped like YOLOv8's: a body; a head of boxes whose distances are expectations over a
   * distribution, by a convolution to one channel; a head of scores; both in one tensor.
   */
  private static OnnxModel head() {
    var nodes =
        List.of(
            conv("body", "x", "features").with("strides", Attribute.ints(2, 2)),
            Node.of("relu", "Relu", List.of("features"), List.of("active")),
            conv("boxes", "active", "distances"),
            Node.of("softmax", "Softmax", List.of("distances"), List.of("shares"))
                .with("axis", Attribute.of(1)),
            conv("mean", "shares", "expected"),
            Node.of("stride", "Mul", List.of("expected", "stride"), List.of("pixels")),
            conv("classes", "active", "logits"),
            Node.of("sigmoid", "Sigmoid", List.of("logits"), List.of("scores")),
            Node.of("concat", "Concat", List.of("pixels", "scores"), List.of("flat"))
                .with("axis", Attribute.of(1)),
            Node.of("reshape", "Reshape", List.of("flat", "shape"), List.of("answer")));
    var weights =
        List.of(
            Tensor.ofFloats("body.w", List.of(4L, 1L, 2L, 2L), random(16, 1, 1)),
            Tensor.ofFloats("boxes.w", List.of(8L, 4L, 1L, 1L), random(32, 2, 2)),
            Tensor.ofFloats("mean.w", List.of(1L, 8L, 1L, 1L), 0, 1, 2, 3, 4, 5, 6, 7),
            Tensor.ofFloats("classes.w", List.of(2L, 4L, 1L, 1L), random(8, 8, 3)),
            Tensor.scalar("stride", 100f),
            Tensor.ofLongs("shape", List.of(3L), 1, 3, PLACES));
    return new OnnxModel(
        9,
        Map.of("", 20L),
        "test",
        new Graph(
            "head",
            nodes,
            weights,
            List.of(info("x", 1, 1, 8, 8)),
            List.of(info("answer", 1, 3, PLACES)),
            List.of(
                info("features", 1, 4, 4, 4),
                info("active", 1, 4, 4, 4),
                info("distances", 1, 8, 4, 4),
                info("shares", 1, 8, 4, 4),
                info("expected", 1, 1, 4, 4),
                info("pixels", 1, 1, 4, 4),
                info("logits", 1, 2, 4, 4),
                info("scores", 1, 2, 4, 4),
                info("flat", 1, 3, 4, 4))),
        Map.of());
  }

  private static Node conv(String name, String input, String output) {
    return Node.of(name, "Conv", List.of(input, name + ".w"), List.of(output));
  }

  private static ValueInfo info(String name, long... shape) {
    return new ValueInfo(
        name, DataType.FLOAT, LongStream.of(shape).mapToObj(Dimension::fixed).toList());
  }

  private static float[] random(int count, double most, long seed) {
    var random = new SplittableRandom(seed);
    var numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(-most, most);
    }
    return numbers;
  }
}
