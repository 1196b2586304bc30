package dev.fovea.onnx.export.lowering.normalization;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalisation by the root of the mean square, which takes no mean away. */
final class RootMeanSquare {
  private RootMeanSquare() {}

  static void register(OperatorTable table) {
    table.add(RootMeanSquare::normalise, "aten.rms_norm.default", "aten._fused_rms_norm.default");
  }

  private static String normalise(Call call, Emission emit) {
    var input = call.tensor("input");
    var type = input.type();
    // PyTorch computes in single precision what it stores in half.
    boolean half = type == DataType.FLOAT16 || type == DataType.BFLOAT16;
    var wide = half ? DataType.FLOAT : type;
    int axes = call.integers("normalized_shape").size();
    if (axes == 0 || axes > input.rank()) {
      throw call.refuse("normalises %d of %d axes".formatted(axes, input.rank()));
    }
    var last = LongStream.range(input.rank() - axes, input.rank()).boxed().toList();
    var x = emit.cast(input, wide);
    var mean =
        emit.node(
            "ReduceMean",
            List.of(emit.node("Mul", x, x), emit.longs(last)),
            Map.of("keepdims", Attribute.of(1)));
    double epsilon = call.given("eps") ? call.real("eps") : epsilon(type);
    var root = emit.node("Sqrt", emit.node("Add", mean, emit.scalar(wide, epsilon)));
    var normal = emit.node("Div", x, root);
    var scaled =
        call.optionalTensor("weight")
            .map(weight -> emit.node("Mul", normal, emit.cast(weight, wide)))
            .orElse(normal);
    return wide == type ? scaled : emit.cast(scaled, type);
  }

  /** The step from 1 to the next number of a type, which PyTorch takes where none is given. */
  private static double epsilon(DataType type) {
    return switch (type) {
      case DOUBLE -> 0x1p-52;
      case FLOAT16 -> 0x1p-10;
      case BFLOAT16 -> 0x1p-7;
      default -> 0x1p-23;
    };
  }
}
