package dev.fovea.onnx.export.lowering.reduction;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The largest, the smallest, and all in order, with where they were. */
final class Orders {
  private Orders() {}

  static void register(OperatorTable table) {
    table.addList((call, emit) -> extreme(call, emit, "Max"), "aten.max.dim");
    table.addList((call, emit) -> extreme(call, emit, "Min"), "aten.min.dim");
    table.add((call, emit) -> place(call, emit, "ArgMax"), "aten.argmax.default");
    table.add((call, emit) -> place(call, emit, "ArgMin"), "aten.argmin.default");
    table.addList(Orders::highest, "aten.topk.default");
    table.addList(Orders::sorted, "aten.sort.default", "aten.sort.stable");
    table.add(
        (call, emit) -> sorted(call, emit).getLast(),
        "aten.argsort.default",
        "aten.argsort.stable");
    table.add(Orders::cumulated, "aten.cumsum.default");
  }

  private static List<String> extreme(Call call, Emission emit, String which) {
    var self = call.tensor("self");
    if (self.rank() == 0) {
      return List.of(self.name(), emit.index(0));
    }
    int axis = call.axis("dim", self.rank());
    long keep = call.flag("keepdim") ? 1 : 0;
    var input = numeric(emit, self);
    var value =
        emit.node(
            "Reduce" + which,
            List.of(input, emit.longs(axis)),
            Map.of("keepdims", Attribute.of(keep)));
    return List.of(
        isSmallInteger(self.type()) ? emit.cast(value, self.type()) : value,
        index(emit, "Arg" + which, input, axis, keep));
  }

  private static String place(Call call, Emission emit, String opType) {
    var self = call.tensor("self");
    var input = numeric(emit, self);
    if (self.rank() == 0) {
      return emit.index(0);
    }
    if (call.given("dim")) {
      return index(
          emit, opType, input, call.axis("dim", self.rank()), call.flag("keepdim") ? 1 : 0);
    }
    var place = index(emit, opType, emit.reshape(input, List.of(-1L)), 0, 0);
    return call.flag("keepdim") ? emit.reshape(place, Collections.nCopies(self.rank(), 1L)) : place;
  }

  private static String index(Emission emit, String opType, String input, int axis, long keep) {
    return emit.node(
        opType, List.of(input), Map.of("axis", Attribute.of(axis), "keepdims", Attribute.of(keep)));
  }

  private static List<String> highest(Call call, Emission emit) {
    var self = call.tensor("self");
    if (self.rank() == 0) {
      return List.of(self.name(), emit.index(0));
    }
    int axis = call.axis("dim", self.rank());
    return top(call, emit, self, axis, call.sizes("k").getFirst(), call.flag("largest"));
  }

  /** Equal elements stay in their order, because ONNX gives the lower index first. */
  private static List<String> sorted(Call call, Emission emit) {
    var self = call.tensor("self");
    if (self.rank() == 0) {
      return List.of(self.name(), emit.index(0));
    }
    int axis = call.axis("dim", self.rank());
    return top(call, emit, self, axis, self.meta().sizes().get(axis), call.flag("descending"));
  }

  private static List<String> top(
      Call call, Emission emit, Value self, int axis, Size count, boolean largest) {
    if (count instanceof Size.Known(long known)
        && (known < 0 || self.meta().size(axis).filter(size -> known > size).isPresent())) {
      throw call.refuse(
          "takes %d of an axis of %s".formatted(known, self.meta().sizes().get(axis)));
    }
    var results =
        new ArrayList<>(
            emit.nodes(
                "TopK",
                List.of(numeric(emit, self), emit.sizes().of(call, count)),
                Map.of("axis", Attribute.of(axis), "largest", Attribute.of(largest ? 1 : 0)),
                2));
    if (isSmallInteger(self.type())) {
      results.set(0, emit.cast(results.getFirst(), self.type()));
    }
    return results;
  }

  private static String cumulated(Call call, Emission emit) {
    var self = call.tensor("self");
    var type = call.result().type().onnx();
    var input = emit.cast(self, type);
    return self.rank() == 0
        ? input
        : emit.node("CumSum", input, emit.index(call.axis("dim", self.rank())));
  }

  /** Types that ONNX Runtime cannot order become wider ones. */
  private static String numeric(Emission emit, Value value) {
    return isSmallInteger(value.type()) ? emit.cast(value, DataType.INT32) : value.name();
  }

  private static boolean isSmallInteger(DataType type) {
    return switch (type) {
      case BOOL, UINT8, INT8, INT16, UINT16 -> true;
      default -> false;
    };
  }
}
