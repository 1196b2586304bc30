package dev.fovea.onnx.quantize;

import dev.fovea.kernel.Digest;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.prepare.Preparation;
import java.util.List;
import java.util.Map;

/** Small float models, written out by hand. */
public final class Models {
  private Models() {}

  /** The digest that calibration gives this model. */
  public static Digest digest(OnnxModel model) {
    return Digest.sha256(OnnxWriter.bytes(Preparation.prepare(model)));
  }

  public static OnnxModel of(Graph graph) {
    return new OnnxModel(9, Map.of("", 17L), "test", graph, Map.of());
  }

  public static ValueInfo image(String name, long channels) {
    return new ValueInfo(
        name,
        DataType.FLOAT,
        List.of(
            Dimension.symbolic("n"),
            Dimension.fixed(channels),
            Dimension.symbolic("h"),
            Dimension.symbolic("w")));
  }

  /** A convolution that keeps its one channel, and a clip to the bounds. */
  public static OnnxModel clip(float low, float high) {
    return of(
        new Graph(
            "clip",
            List.of(
                Node.of("conv", "Conv", List.of("x", "w"), List.of("c")),
                Node.of("clip", "Clip", List.of("c", "low", "high"), List.of("y"))),
            List.of(
                Tensor.ofFloats("w", List.of(1L, 1L, 1L, 1L), 1),
                Tensor.scalar("low", low),
                Tensor.scalar("high", high)),
            List.of(image("x", 1)),
            List.of(image("y", 1)),
            List.of()));
  }

  /** Two inputs, three outputs, a bias of one row that is multiplied by beta. */
  public static OnnxModel gemm(float beta) {
    var gemm =
        Node.of("gemm", "Gemm", List.of("x", "w", "b"), List.of("y"))
            .with("beta", Attribute.of(beta));
    return of(
        new Graph(
            "gemm",
            List.of(gemm),
            List.of(
                Tensor.ofFloats("w", List.of(2L, 3L), 1, 2, 3, 4, 5, 6),
                Tensor.ofFloats("b", List.of(1L, 3L), 10, 20, 30)),
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 2)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 3)),
            List.of()));
  }

  /**
   * Two convolutions that share their weights and their bias, as exporters write equal constants.
   */
  public static OnnxModel twins() {
    return of(
        new Graph(
            "twins",
            List.of(
                Node.of("one", "Conv", List.of("x", "w", "b"), List.of("c")),
                Node.of("two", "Conv", List.of("c", "w", "b"), List.of("y"))),
            List.of(
                Tensor.ofFloats("w", List.of(1L, 1L, 1L, 1L), 0.5f),
                Tensor.ofFloats("b", List.of(1L), 4)),
            List.of(image("x", 1)),
            List.of(image("y", 1)),
            List.of()));
  }
}
