package dev.fovea.onnx.export.lowering.resizing;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Extents;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.graph.Attribute;
import java.util.List;
import java.util.Map;

/** Values at places that the model computes, and the places of an affine map. */
final class Sampling {
  /** In the order of ATen's GridSamplerInterpolation. */
  private static final List<String> MODES = List.of("linear", "nearest", "cubic");

  /** In the order of ATen's GridSamplerPadding. */
  private static final List<String> PADDINGS = List.of("zeros", "border", "reflection");

  private Sampling() {}

  static void register(OperatorTable table) {
    table.add(
        Sampling::sample,
        "aten.grid_sampler.default",
        "aten.grid_sampler_2d.default",
        "aten.grid_sampler_3d.default");
    table.add(Sampling::affineGrid, "aten.affine_grid_generator.default");
  }

  private static String sample(Call call, Emission emit) {
    var input = call.tensor("input");
    var mode = choice(call, "interpolation_mode", MODES);
    if (input.rank() != 4 && (input.rank() != 5 || mode.equals("cubic"))) {
      throw call.refuse(
          "samples a tensor with %d axes in the mode %s".formatted(input.rank(), mode));
    }
    return emit.node(
        "GridSample",
        List.of(input.name(), call.tensor("grid").name()),
        Map.of(
            "mode",
            Attribute.of(mode),
            "padding_mode",
            Attribute.of(choice(call, "padding_mode", PADDINGS)),
            "align_corners",
            Attribute.of(call.flag("align_corners") ? 1 : 0)));
  }

  private static String affineGrid(Call call, Emission emit) {
    var sizes = call.sizes("size");
    if (sizes.size() != 4 && sizes.size() != 5) {
      throw call.refuse("makes places for %d axes (expected: 4 or 5)".formatted(sizes.size()));
    }
    for (var size : sizes) {
      if (size instanceof Size.Known(long value)) {
        Extents.inRange(call, "size", value, 1);
      }
    }
    return emit.node(
        "AffineGrid",
        List.of(call.tensor("theta").name(), emit.sizes().list(call, sizes)),
        Map.of("align_corners", Attribute.of(call.flag("align_corners") ? 1 : 0)));
  }

  private static String choice(Call call, String parameter, List<String> choices) {
    long index = call.integer(parameter);
    if (index < 0 || index >= choices.size()) {
      throw call.refuse("has the unknown %s %d".formatted(parameter, index));
    }
    return choices.get((int) index);
  }
}
