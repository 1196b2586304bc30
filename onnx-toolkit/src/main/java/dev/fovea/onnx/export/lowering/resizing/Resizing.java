package dev.fovea.onnx.export.lowering.resizing;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.export.lowering.emission.ConstantPool;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Extents;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Images made larger or smaller. Where PyTorch was given factors, they decide which places are
 * looked at, and where it was given sizes, their quotient does; the two differ unless the factor
 * makes a whole size, so that the same is handed to ONNX.
 */
final class Resizing {
  private static final double MOST_FACTOR = 1 << 20;

  private Resizing() {}

  static void register(OperatorTable table) {
    for (int axes = 1; axes <= 3; axes++) {
      int spatial = axes;
      table.add(
          (call, emit) -> nearest(call, emit, spatial, false),
          "aten.upsample_nearest%dd.vec".formatted(axes),
          "aten.upsample_nearest%dd.default".formatted(axes));
      table.add(
          (call, emit) -> nearest(call, emit, spatial, true),
          "aten._upsample_nearest_exact%dd.vec".formatted(axes),
          "aten._upsample_nearest_exact%dd.default".formatted(axes));
    }
    smooth(table, "upsample_linear1d", 1, Map.of("mode", Attribute.of("linear")));
    smooth(table, "upsample_bilinear2d", 2, Map.of("mode", Attribute.of("linear")));
    smooth(table, "upsample_trilinear3d", 3, Map.of("mode", Attribute.of("linear")));
    smooth(table, "upsample_bicubic2d", 2, cubic(-0.75f));
    smooth(
        table, "_upsample_bilinear2d_aa", 2, antialiased(Map.of("mode", Attribute.of("linear"))));
    // PyTorch follows Pillow here, whose cubic is another than its own.
    smooth(table, "_upsample_bicubic2d_aa", 2, antialiased(cubic(-0.5f)));
  }

  private static Map<String, Attribute> cubic(float a) {
    return Map.of("mode", Attribute.of("cubic"), "cubic_coeff_a", Attribute.of(a));
  }

  private static Map<String, Attribute> antialiased(Map<String, Attribute> attributes) {
    var more = new HashMap<>(attributes);
    more.put("antialias", Attribute.of(1));
    more.put("exclude_outside", Attribute.of(1));
    return more;
  }

  private static void smooth(
      OperatorTable table, String name, int axes, Map<String, Attribute> attributes) {
    table.add(
        (call, emit) -> {
          var target = Target.of(call, axes);
          if (!target.input().type().isFloating()) {
            throw call.refuse("resizes integers, which PyTorch rounds in a way of its own");
          }
          var all = new HashMap<>(attributes);
          all.put(
              "coordinate_transformation_mode",
              Attribute.of(call.flag("align_corners") ? "align_corners" : "half_pixel"));
          return target.resize(call, emit, all);
        },
        "aten." + name + ".vec",
        "aten." + name + ".default");
  }

  private static String nearest(Call call, Emission emit, int axes, boolean exact) {
    var target = Target.of(call, axes);
    var sources = target.sources(call, exact);
    if (sources.isPresent() && !target.runtimeAgrees(call, exact)) {
      var value = target.input().name();
      for (int axis = 0; axis < axes; axis++) {
        value =
            emit.node(
                "Gather",
                List.of(value, emit.constant(sources.get().get(axis))),
                Map.of("axis", Attribute.of(axis + 2L)));
      }
      return value;
    }
    return target.resize(
        call,
        emit,
        Map.of(
            "mode",
            Attribute.of("nearest"),
            "coordinate_transformation_mode",
            Attribute.of(exact ? "half_pixel" : "asymmetric"),
            "nearest_mode",
            Attribute.of(exact ? "round_prefer_ceil" : "floor")));
  }

  /**
   * What becomes of the spatial axes.
   *
   * @param sizes of the result; empty if factors are given alone
   * @param factors one for each axis; empty if sizes decide
   */
  private record Target(Value input, int axes, List<Size> sizes, List<Double> factors) {
    static Target of(Call call, int axes) {
      var input = call.tensor(call.has("input") ? "input" : "self");
      if (input.rank() != axes + 2 || call.result().rank() != axes + 2) {
        throw call.refuse("is given %d axes (expected: %d)".formatted(input.rank(), axes + 2));
      }
      var sizes = call.given("output_size") ? call.sizes("output_size") : List.<Size>of();
      var factors = factors(call, axes);
      if (sizes.isEmpty() == factors.isEmpty() && call.has("scale_factors")) {
        throw call.refuse("has a size as well as factors, or neither");
      }
      if ((!sizes.isEmpty() && sizes.size() != axes)
          || (!factors.isEmpty() && factors.size() != axes)) {
        throw call.refuse(
            "has sizes or factors for another number of axes than %d".formatted(axes));
      }
      for (var size : sizes) {
        if (size instanceof Size.Known(long value)) {
          Extents.inRange(call, "size", value, 1);
        }
      }
      for (double factor : factors) {
        if (!(factor > 0 && factor <= MOST_FACTOR)) {
          throw call.refuse(
              "has the factor %s (expected: > 0, up to %s)".formatted(factor, MOST_FACTOR));
        }
      }
      return new Target(input, axes, sizes, factors);
    }

    private static List<Double> factors(Call call, int axes) {
      if (call.has("scale_factors")) {
        return call.given("scale_factors") ? call.reals("scale_factors") : List.of();
      }
      var names =
          axes == 1
              ? List.of("scales")
              : List.of("scales_d", "scales_h", "scales_w").subList(3 - axes, 3);
      var given = names.stream().map(call::optionalReal).flatMap(Optional::stream).toList();
      if (!given.isEmpty() && given.size() < axes) {
        throw call.refuse("has factors for some of its axes");
      }
      return given;
    }

    /** Size before and after of each axis, where all are known. */
    private Optional<List<long[]>> extents(Call call) {
      var all = new ArrayList<long[]>();
      for (int axis = -axes; axis < 0; axis++) {
        var from = Extents.known(call, input.meta(), axis);
        var to = Extents.known(call, call.result(), axis);
        if (from.isEmpty() || to.isEmpty()) {
          return Optional.empty();
        }
        all.add(new long[] {from.get(), to.get()});
      }
      return Optional.of(all);
    }

    /** For each axis, which places PyTorch takes the results from. */
    Optional<List<Tensor>> sources(Call call, boolean exact) {
      return extents(call)
          .map(extents -> {
            var tensors = new ArrayList<Tensor>();
            for (int axis = 0; axis < axes; axis++) {
              var source = source(call, extents.get(axis), axis, exact);
              tensors.add(Numbers.of(DataType.INT64, List.of(source.target()), source::inPyTorch));
            }
            return tensors;
          });
    }

    boolean runtimeAgrees(Call call, boolean exact) {
      var extents = extents(call).orElseThrow();
      for (int axis = 0; axis < axes; axis++) {
        if (!source(call, extents.get(axis), axis, exact).runtimeAgrees()) {
          return false;
        }
      }
      return true;
    }

    private NearestSource source(Call call, long[] extent, int axis, boolean exact) {
      ConstantPool.requireSmall(call, List.of(extent[1]));
      var factor = factors.isEmpty() ? Optional.<Double>empty() : Optional.of(factors.get(axis));
      return new NearestSource(extent[0], extent[1], factor, exact);
    }

    String resize(Call call, Emission emit, Map<String, Attribute> attributes) {
      if (factors.isEmpty()) {
        return emit.node("Resize", List.of(input.name(), "", "", shape(call, emit)), attributes);
      }
      var scales = new float[axes + 2];
      scales[0] = 1;
      scales[1] = 1;
      var extents = extents(call);
      for (int axis = 0; axis < axes; axis++) {
        double factor = factors.get(axis);
        int place = axis;
        scales[axis + 2] =
            extents.map(known -> factor(call, known.get(place), factor)).orElse((float) factor);
      }
      return emit.node(
          "Resize",
          List.of(
              input.name(),
              "",
              emit.constant(Tensor.ofFloats("", List.of((long) scales.length), scales))),
          attributes);
    }

    private String shape(Call call, Emission emit) {
      var all = new ArrayList<>(input.meta().sizes().subList(0, 2));
      all.addAll(sizes);
      return TensorMeta.known(all)
          .map(known -> emit.longs(known))
          .orElseGet(
              () -> emit.sizes().joined(List.of(outer(emit), emit.sizes().list(call, sizes))));
    }

    private String outer(Emission emit) {
      return emit.node(
          "Shape", List.of(input.name()), Map.of("start", Attribute.of(0), "end", Attribute.of(2)));
    }

    /** ONNX has factors in 32 bits: the one next to it that makes the same size. */
    private static float factor(Call call, long[] extent, double factor) {
      float near = (float) factor;
      for (float each : new float[] {near, Math.nextUp(near), Math.nextDown(near)}) {
        if ((long) (each * (float) extent[0]) == extent[1]) {
          return each;
        }
      }
      throw call.refuse(
          "makes %d of %d values by the factor %s".formatted(extent[1], extent[0], factor));
    }
  }
}
