package dev.fovea.lab.agent;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A linear layer and a ReLU: the smallest model that takes measurable time. */
public final class TinyModel {
  /** The shape of its input. */
  public static final List<Long> SHAPE = List.of(1L, 64L);

  private TinyModel() {}

  /** The model file. */
  public static byte[] bytes() {
    var weights = new float[64 * 32];
    Arrays.fill(weights, 0.01f);
    var graph =
        new Graph(
            "tiny",
            List.of(
                Node.of("linear", "MatMul", List.of("x", "w"), List.of("h")),
                Node.of("relu", "Relu", List.of("h"), List.of("y"))),
            List.of(Tensor.ofFloats("w", List.of(64L, 32L), weights)),
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 64)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 32)),
            List.of());
    return OnnxWriter.bytes(new OnnxModel(9, Map.of("", 20L), "test", graph, Map.of()));
  }
}
