package dev.fovea.serving;

import dev.fovea.kernel.Name;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.DetectorSpec.Output;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.teamfile.ServedDetector;
import dev.fovea.teamfile.TilesSpec;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;

/**
 * A detector of 16 x 16 px that finds each of its four quarters that is white, with YOLOv8's
 * output, and images for it to see in tiles.
 */
final class Dots {
  static final PreprocessSpec PREPROCESS =
      new PreprocessSpec(
          Resize.STRETCH, 16, 16, Colour.GREY, 1 / 255.0, List.of(0.0), List.of(1.0));

  static final ServedDetector DETECTOR =
      new ServedDetector(
          new DetectorSpec(
              Output.YOLO_V8,
              0.25,
              0.5,
              50,
              Optional.of(
                  new TilesSpec(
                      16, 16, 0.5, true, TilesSpec.Merge.GREEDY_NMM, TilesSpec.Match.IOS, 0.5))),
          List.of("dot"));

  private Dots() {}

  /** Writes the model and answers how it is served. */
  static ModelServerConfig config(Path folder, long atOnce) throws IOException {
    var file = Files.write(folder.resolve("dots.onnx"), model(atOnce));
    return ModelServerConfig.of(file, Name.of("lamp"), "3", List.of(), PREPROCESS)
        .detecting(Optional.of(DETECTOR));
  }

  /** A PNG of black with white rectangles. */
  static byte[] png(int width, int height, Rectangle... dots) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    var graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    for (var dot : dots) {
      graphics.fill(dot);
    }
    graphics.dispose();
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  static byte[] model(long atOnce) {
    var mean = new float[64];
    Arrays.fill(mean, 1 / 64f);
    var graph =
        new Graph(
            "dots",
            List.of(
                Node.of("quarters", "Conv", List.of("pixels", "mean"), List.of("means"))
                    .with("strides", Attribute.ints(8, 8)),
                Node.of("flat", "Reshape", List.of("means", "shape"), List.of("row")),
                Node.of("gain", "Mul", List.of("row", "twenty"), List.of("grown")),
                Node.of("offset", "Sub", List.of("grown", "ten"), List.of("logits")),
                Node.of("sigmoid", "Sigmoid", List.of("logits"), List.of("scores")),
                Node.of("concat", "Concat", List.of("boxes", "scores"), List.of("output0"))
                    .with("axis", Attribute.of(1))),
            List.of(
                Tensor.ofFloats("mean", List.of(1L, 1L, 8L, 8L), mean),
                Tensor.ofLongs("shape", List.of(3L), 1, 1, 4),
                Tensor.scalar("twenty", 20f),
                Tensor.scalar("ten", 10f),
                Tensor.ofFloats(
                    "boxes",
                    List.of(1L, 4L, 4L),
                    new float[] {4, 12, 4, 12, 4, 4, 12, 12, 8, 8, 8, 8, 8, 8, 8, 8})),
            List.of(info("pixels", atOnce, 1, 16, 16)),
            List.of(info("output0", 1, 5, 4)),
            List.of());
    return OnnxWriter.bytes(new OnnxModel(9, Map.of("", 20L), "test", graph, Map.of()));
  }

  private static ValueInfo info(String name, long... shape) {
    return new ValueInfo(
        name, DataType.FLOAT, LongStream.of(shape).mapToObj(Dimension::fixed).toList());
  }
}
