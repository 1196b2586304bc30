package dev.fovea.onnx.export.lowering.elementwise;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Activations that treat values on two sides of a bound differently, and gates. */
final class Rectifiers {
  private Rectifiers() {}

  static void register(OperatorTable table) {
    table.add(Rectifiers::elu, "aten.elu.default");
    table.add(Rectifiers::celu, "aten.celu.default");
    table.add((call, emit) -> emit.node("Selu", input(call, emit)), "aten.selu.default");
    table.add(Rectifiers::prelu, "aten.prelu.default", "aten._prelu_kernel.default");
    table.add(
        Rectifiers::rrelu,
        "aten.rrelu.default",
        // The second result is the drawn slopes.
        "aten.rrelu_with_noise_functional.default");
    table.add(Rectifiers::threshold, "aten.threshold.default");
    table.add(Rectifiers::hardshrink, "aten.hardshrink.default");
    table.add(Rectifiers::softshrink, "aten.softshrink.default");
    table.add(Rectifiers::softplus, "aten.softplus.default");
    table.add(
        (call, emit) ->
            emit.node("Neg", emit.node("Softplus", emit.node("Neg", input(call, emit)))),
        "aten.log_sigmoid.default",
        // The second result is for the gradient.
        "aten.log_sigmoid_forward.default");
    table.add(Rectifiers::glu, "aten.glu.default");
  }

  private static String elu(Call call, Emission emit) {
    var x = input(call, emit);
    var type = type(call);
    double alpha = call.real("alpha");
    double scale = call.real("scale");
    double inputScale = call.real("input_scale");
    if (inputScale == 1) {
      var elu = emit.node("Elu", List.of(x), Map.of("alpha", Attribute.of((float) alpha)));
      return scaled(emit, elu, scale, type);
    }
    var powers = emit.node("Exp", scaled(emit, x, inputScale, type));
    var below = emit.node("Sub", powers, emit.scalar(type, 1));
    return emit.node(
        "Where",
        emit.node("Greater", x, emit.scalar(type, 0)),
        scaled(emit, x, scale, type),
        scaled(emit, below, alpha * scale, type));
  }

  private static String celu(Call call, Emission emit) {
    double alpha = call.real("alpha");
    if (alpha == 0) {
      throw call.refuse("divides by alpha = 0");
    }
    return emit.node(
        "Celu", List.of(input(call, emit)), Map.of("alpha", Attribute.of((float) alpha)));
  }

  /** The slopes are those of channels, which ONNX aligns with the last axis. */
  private static String prelu(Call call, Emission emit) {
    var self = call.tensor("self");
    var weight = call.tensor("weight");
    boolean aligned =
        weight.rank() != 1 || self.rank() < 3 || weight.meta().size(0).equals(Optional.of(1L));
    var slope = weight.name();
    if (!aligned) {
      var shape = new ArrayList<>(Collections.nCopies(self.rank() - 1, 1L));
      shape.set(0, -1L);
      slope = emit.reshape(slope, shape);
    }
    return emit.node("PRelu", input(call, emit), slope);
  }

  /** Slopes are drawn in training; afterwards each is the middle of their range. */
  private static String rrelu(Call call, Emission emit) {
    if (call.flag("training")) {
      throw call.training("draws slopes");
    }
    double slope = (call.real("lower") + call.real("upper")) / 2;
    return emit.node(
        "LeakyRelu", List.of(input(call, emit)), Map.of("alpha", Attribute.of((float) slope)));
  }

  /** Asked the other way round, so that NaN stays. */
  private static String threshold(Call call, Emission emit) {
    var x = input(call, emit);
    var type = type(call);
    return emit.node(
        "Where",
        emit.node("LessOrEqual", x, emit.scalar(type, call.real("threshold"))),
        emit.scalar(type, call.real("value")),
        x);
  }

  private static String hardshrink(Call call, Emission emit) {
    var x = input(call, emit);
    var type = type(call);
    // ONNX's Shrink would make NaN zero.
    var small =
        emit.node("LessOrEqual", emit.node("Abs", x), emit.scalar(type, call.real("lambd")));
    return emit.node("Where", small, emit.scalar(type, 0), x);
  }

  private static String softshrink(Call call, Emission emit) {
    var x = input(call, emit);
    var type = type(call);
    double lambda = call.real("lambd");
    return emit.node(
        "Sub", x, emit.node("Clip", x, emit.scalar(type, -lambda), emit.scalar(type, lambda)));
  }

  private static String softplus(Call call, Emission emit) {
    var x = input(call, emit);
    var type = type(call);
    double beta = call.real("beta");
    if (beta == 0) {
      throw call.refuse("divides by beta = 0");
    }
    var steep = scaled(emit, x, beta, type);
    var soft = scaled(emit, emit.node("Softplus", steep), 1 / beta, type);
    var linear = emit.node("Greater", steep, emit.scalar(type, call.real("threshold")));
    return emit.node("Where", linear, x, soft);
  }

  private static String glu(Call call, Emission emit) {
    var self = call.tensor("self");
    int axis = call.axis("dim", self.rank());
    if (self.rank() == 0 || self.meta().size(axis).filter(size -> size % 2 != 0).isPresent()) {
      throw call.refuse(
          "halves axis %d of a tensor with %d axes, of an odd size".formatted(axis, self.rank()));
    }
    var halves =
        emit.nodes(
            "Split",
            List.of(input(call, emit)),
            Map.of("axis", Attribute.of(axis), "num_outputs", Attribute.of(2)),
            2);
    return emit.node("Mul", halves.getFirst(), emit.node("Sigmoid", halves.getLast()));
  }

  private static String scaled(Emission emit, String value, double factor, DataType type) {
    return factor == 1 ? value : emit.node("Mul", value, emit.scalar(type, factor));
  }

  private static String input(Call call, Emission emit) {
    return emit.cast(call.tensor("self"), type(call));
  }

  private static DataType type(Call call) {
    return call.result().type().onnx();
  }
}
