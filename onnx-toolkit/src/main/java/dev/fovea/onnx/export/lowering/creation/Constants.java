package dev.fovea.onnx.export.lowering.creation;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.export.lowering.emission.ConstantPool;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Tensors made of nothing but numbers and sizes, and tensors filled with others. */
public final class Constants {
  private Constants() {}

  public static void register(OperatorTable table) {
    table.add(
        (call, emit) -> filled(call, emit, 0),
        "aten.zeros.default",
        "aten.zeros_like.default",
        "aten.new_zeros.default",
        "aten.zero.default",
        // What PyTorch leaves in it is anything; zeros are that too, and the same each time.
        "aten.empty.memory_format",
        "aten.empty_like.default",
        "aten.empty_strided.default",
        "aten.empty_permuted.default",
        "aten.new_empty.default",
        "aten.new_empty_strided.default");
    table.add(
        (call, emit) -> filled(call, emit, 1),
        "aten.ones.default",
        "aten.ones_like.default",
        "aten.new_ones.default");
    table.add(
        (call, emit) -> full(call, emit, "fill_value"),
        "aten.full.default",
        "aten.full_like.default",
        "aten.new_full.default");
    table.add((call, emit) -> full(call, emit, "value"), "aten.fill.Scalar", "aten.fill.Tensor");
    table.add((call, emit) -> full(call, emit, "s"), "aten.scalar_tensor.default");
    table.add((call, emit) -> full(call, emit, "src"), "aten.copy.default");
    table.add(
        Constants::range, "aten.arange.default", "aten.arange.start", "aten.arange.start_step");
    table.add(Constants::linspace, "aten.linspace.default");
    table.add(Constants::eye, "aten.eye.default", "aten.eye.m");
    table.addList(Constants::meshgrid, "aten.meshgrid.default", "aten.meshgrid.indexing");
  }

  private static String filled(Call call, Emission emit, double value) {
    var result = call.result();
    var type = result.type().onnx();
    return result
        .shape()
        .map(shape -> emit.constants().filled(call, type, shape, value))
        .orElseGet(() ->
            emit.node(
                "Expand", emit.scalar(type, value), emit.sizes().list(call, sizes(call, result))));
  }

  /** One value, a number or a tensor, everywhere in the shape of the result. */
  private static String full(Call call, Emission emit, String parameter) {
    var result = call.result();
    var type = result.type().onnx();
    if (call.isTensor(parameter)) {
      var value = call.tensor(parameter);
      var cast = emit.cast(value, type);
      return value.meta().sizes().equals(result.sizes())
          ? cast
          : emit.node("Expand", cast, emit.sizes().list(call, sizes(call, result)));
    }
    var shape = result.shape();
    boolean computed =
        call.argument(parameter) instanceof Argument.Int(Size size)
            && !(size instanceof Size.Known);
    if (shape.isPresent() && !computed) {
      ConstantPool.elements(call, shape.get());
      if (call.argument(parameter) instanceof Argument.Int(Size.Known(long whole))
          && !type.isFloating()) {
        return emit.constants().literal(call, Numbers.filled(type, shape.get(), whole));
      }
      return emit.constants().filled(call, type, shape.get(), call.real(parameter));
    }
    var value = emit.operand(call, parameter, type);
    return result.rank() == 0
        ? value
        : emit.node("Expand", value, emit.sizes().list(call, sizes(call, result)));
  }

  /** Sizes of the result: as the arguments compute them where they do, else as recorded. */
  private static List<Size> sizes(Call call, TensorMeta result) {
    if (!call.has("size")) {
      return result.sizes();
    }
    var asked = call.sizes("size");
    return asked.size() == result.rank() ? asked : result.sizes();
  }

  private static String range(Call call, Emission emit) {
    var result = call.result();
    var type = result.type().onnx();
    if (result.rank() != 1) {
      throw call.refuse("returns a tensor with %d axes".formatted(result.rank()));
    }
    if (result.size(0).isEmpty() || hasComputed(call)) {
      return emit.node(
          "Range",
          call.has("start") ? emit.operand(call, "start", type) : emit.scalar(type, 0L),
          emit.operand(call, "end", type),
          call.has("step") ? emit.operand(call, "step", type) : emit.scalar(type, 1L));
    }
    int count = ConstantPool.elements(call, List.of(result.size(0).get()));
    if (type == DataType.INT64) {
      long start = call.has("start") ? whole(call, "start") : 0;
      long step = call.has("step") ? whole(call, "step") : 1;
      var values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = start + i * step;
      }
      return emit.longs(values);
    }
    double start = call.has("start") ? call.real("start") : 0;
    double step = call.has("step") ? call.real("step") : 1;
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = start + i * step;
    }
    return emit.constants().literal(call, Numbers.of(type, List.of((long) count), values));
  }

  private static boolean hasComputed(Call call) {
    return List.of("start", "end", "step").stream()
        .filter(call::has)
        .anyMatch(each ->
            call.argument(each) instanceof Argument.Int(Size size)
                && !(size instanceof Size.Known));
  }

  private static long whole(Call call, String parameter) {
    return call.argument(parameter) instanceof Argument.Int
        ? call.integer(parameter)
        : (long) call.real(parameter);
  }

  private static String linspace(Call call, Emission emit) {
    var type = call.result().type().onnx();
    int count = ConstantPool.elements(call, List.of(call.integer("steps")));
    double start = call.real("start");
    double end = call.real("end");
    boolean single = type == DataType.FLOAT;
    double step = count > 1 ? (end - start) / (count - 1) : 0;
    // PyTorch counts in the type of the result, from both ends towards the middle.
    double rounded = single ? (float) step : step;
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = i < count / 2 ? start + rounded * i : end - rounded * (count - 1 - i);
    }
    if (count == 1) {
      values[0] = start;
    }
    return emit.constants().literal(call, Numbers.of(type, List.of((long) count), values));
  }

  private static String eye(Call call, Emission emit) {
    long rows = call.integer("n");
    long columns = call.has("m") ? call.integer("m") : rows;
    int elements = ConstantPool.elements(call, List.of(rows, columns));
    var values = new double[elements];
    for (int i = 0; i < Math.min(rows, columns); i++) {
      values[(int) (i * columns + i)] = 1;
    }
    return emit.constants()
        .literal(call, Numbers.of(call.result().type().onnx(), List.of(rows, columns), values));
  }

  private static List<String> meshgrid(Call call, Emission emit) {
    var tensors = call.tensors("tensors");
    var results = call.results();
    if (results.size() != tensors.size()) {
      throw call.refuse("makes %d grids of %d tensors".formatted(results.size(), tensors.size()));
    }
    // "xy" exchanges the first two axes of every grid.
    boolean exchanged =
        call.has("indexing") && call.text("indexing").orElse("").equals("xy") && tensors.size() > 1;
    var sizes = new ArrayList<Size>();
    for (var tensor : tensors) {
      if (tensor.rank() > 1) {
        throw call.refuse("has a tensor with %d axes".formatted(tensor.rank()));
      }
      sizes.add(tensor.rank() == 0 ? Size.known(1) : tensor.meta().sizes().getFirst());
    }
    if (exchanged) {
      Collections.swap(sizes, 0, 1);
    }
    var grids = new ArrayList<String>();
    for (int i = 0; i < tensors.size(); i++) {
      int axis = exchanged && i < 2 ? 1 - i : i;
      var shape = new ArrayList<>(Collections.nCopies(tensors.size(), 1L));
      shape.set(axis, -1L);
      grids.add(
          emit.node(
              "Expand",
              emit.reshape(tensors.get(i).name(), shape),
              emit.sizes().list(call, sizes)));
    }
    return grids;
  }
}
