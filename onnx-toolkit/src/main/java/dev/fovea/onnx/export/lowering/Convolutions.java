package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;

/** Convolutions of one, two and three spatial axes, and the transposed ones. */
final class Convolutions {
  private Convolutions() {}

  static void register(Lowerings table) {
    table.add(
        Convolutions::lower,
        "aten.conv1d.default",
        "aten.conv2d.default",
        "aten.conv3d.default",
        "aten.conv1d.padding",
        "aten.conv2d.padding",
        "aten.conv3d.padding",
        "aten.convolution.default",
        "aten.conv_transpose1d.default",
        "aten.conv_transpose2d.input",
        "aten.conv_transpose3d.input");
  }

  private static String lower(Call call, Emission emit) {
    var input = call.tensor("input");
    var weight = call.tensor("weight");
    int axes = weight.rank() - 2;
    if (axes < 1) {
      throw call.refuse("has a weight with %d axes".formatted(weight.rank()));
    }
    boolean transposed =
        call.has("transposed") ? call.flag("transposed") : call.has("output_padding");
    var dilations = call.integers("dilation", axes);
    var attributes = new HashMap<String, Attribute>();
    attributes.put("strides", Attribute.ints(call.integers("stride", axes)));
    attributes.put("dilations", Attribute.ints(dilations));
    attributes.put("pads", Attribute.ints(pads(call, weight, dilations)));
    attributes.put("group", Attribute.of(call.integer("groups")));
    if (transposed) {
      attributes.put("output_padding", Attribute.ints(call.integers("output_padding", axes)));
    }
    var inputs = new ArrayList<String>();
    boolean single = input.rank() == axes + 1;
    inputs.add(single ? emit.node("Unsqueeze", input.name(), emit.longs(0)) : input.name());
    inputs.add(weight.name());
    call.optionalTensor("bias").ifPresent(bias -> inputs.add(bias.name()));
    var result = emit.node(transposed ? "ConvTranspose" : "Conv", inputs, attributes);
    return single ? emit.node("Squeeze", result, emit.longs(0)) : result;
  }

  /** Padding as ONNX lists it: before each axis, then after each axis. */
  private static List<Long> pads(Call call, Value weight, List<Long> dilations) {
    int axes = dilations.size();
    var mode = call.text("padding").orElse("");
    var begin = new ArrayList<Long>();
    var end = new ArrayList<Long>();
    switch (mode) {
      case "" -> {
        begin.addAll(call.integers("padding", axes));
        end.addAll(begin);
      }
      case "valid" -> {
        begin.addAll(Collections.nCopies(axes, 0L));
        end.addAll(begin);
      }
      case "same" -> {
        for (int axis = 0; axis < axes; axis++) {
          long total = dilations.get(axis) * (call.fixedSize(weight.meta(), axis + 2) - 1);
          begin.add(total / 2);
          // An odd rest is padded at the end, as PyTorch does.
          end.add(total - total / 2);
        }
      }
      default -> throw call.refuse("has the padding '%s'".formatted(mode));
    }
    begin.addAll(end);
    return begin;
  }
}
