package dev.fovea.onnx.export.lowering.convolution;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Extents;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;

/** Convolutions of one, two and three spatial axes, and the transposed ones. */
final class Convolutions {
  private Convolutions() {}

  static void register(OperatorTable table) {
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
    boolean single = Extents.spatial(call, "input", axes).rank() == axes + 1;
    boolean transposed =
        call.has("transposed") ? call.flag("transposed") : call.has("output_padding");
    var dilations = Extents.integers(call, "dilation", axes, 1);
    var attributes = new HashMap<String, Attribute>();
    attributes.put("strides", Attribute.ints(Extents.integers(call, "stride", axes, 1)));
    attributes.put("dilations", Attribute.ints(dilations));
    attributes.put("pads", Attribute.ints(pads(call, weight, dilations)));
    attributes.put(
        "group", Attribute.of(Extents.inRange(call, "groups", call.integer("groups"), 1)));
    if (transposed) {
      attributes.put(
          "output_padding", Attribute.ints(Extents.integers(call, "output_padding", axes, 0)));
    }
    var inputs = new ArrayList<String>();
    inputs.add(Extents.batched(emit, single, input.name()));
    inputs.add(weight.name());
    call.optionalTensor("bias").ifPresent(bias -> inputs.add(bias.name()));
    var result = emit.node(transposed ? "ConvTranspose" : "Conv", inputs, attributes);
    return Extents.unbatched(emit, single, result);
  }

  /** Padding as ONNX lists it: before each axis, then after each axis. */
  private static List<Long> pads(Call call, Value weight, List<Long> dilations) {
    int axes = dilations.size();
    var mode = call.text("padding").orElse("");
    var begin = new ArrayList<Long>();
    var end = new ArrayList<Long>();
    switch (mode) {
      case "" -> {
        begin.addAll(Extents.integers(call, "padding", axes, 0));
        end.addAll(begin);
      }
      case "valid" -> {
        begin.addAll(Collections.nCopies(axes, 0L));
        end.addAll(begin);
      }
      case "same" -> {
        for (int axis = 0; axis < axes; axis++) {
          long kernel = Extents.inRange(call, "kernel", call.fixedSize(weight.meta(), axis + 2), 1);
          long total = dilations.get(axis) * (kernel - 1);
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
