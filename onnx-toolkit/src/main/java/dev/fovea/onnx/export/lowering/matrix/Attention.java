package dev.fovea.onnx.export.lowering.matrix;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.ConstantPool;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Attention by scaled products, with masks. */
final class Attention {
  private static final Map<String, Attribute> LAST = Map.of("axis", Attribute.of(-1));

  private Attention() {}

  static void register(OperatorTable table) {
    table.add(
        Attention::attend,
        "aten.scaled_dot_product_attention.default",
        "aten._scaled_dot_product_flash_attention_for_cpu.default");
    table.add(
        (call, emit) -> {
          var self = call.tensor("self");
          var input = emit.cast(self, call.result().type().onnx());
          return softmax(emit, input, call.result().type().onnx(), call.axis("dim", self.rank()));
        },
        "aten._safe_softmax.default");
  }

  private static String attend(Call call, Emission emit) {
    if (call.real("dropout_p") != 0) {
      throw call.training("drops weights");
    }
    var query = call.tensor("query");
    var key = call.tensor("key");
    var value = call.tensor("value");
    if (query.rank() < 2 || key.rank() < 2 || value.rank() < 2) {
      throw call.refuse("has fewer than two axes");
    }
    var type = call.result(0).type().onnx();
    double scale =
        call.given("scale")
            ? call.real("scale")
            : 1 / Math.sqrt((double) call.fixedSize(query.meta(), -1));
    boolean grouped = call.has("enable_gqa") && call.flag("enable_gqa");
    var keys = grouped ? repeated(call, emit, key, query) : key.name();
    var values = grouped ? repeated(call, emit, value, query) : value.name();
    var scaled = emit.node("Mul", query.name(), emit.scalar(type, scale));
    var scores = emit.node("MatMul", scaled, exchanged(emit, keys, key.rank()));
    boolean causal = call.flag("is_causal");
    if (causal) {
      scores = masked(emit, causal(call, emit, query, key), scores, type);
    }
    var mask = call.optionalTensor("attn_mask");
    if (mask.isPresent()) {
      scores =
          mask.get().type() == DataType.BOOL
              ? masked(emit, mask.get().name(), scores, type)
              : emit.node("Add", scores, emit.cast(mask.get(), type));
    }
    // The first key is open to each query of a causal mask alone, so that no row is empty.
    var weights =
        mask.isPresent()
            ? softmax(emit, scores, type, -1)
            : emit.node("Softmax", List.of(scores), LAST);
    return emit.node("MatMul", weights, values);
  }

  /** Softmax that is 0 in rows where everything is masked; NaN of other origin stays. */
  private static String softmax(Emission emit, String scores, DataType type, int axis) {
    var highest =
        emit.node(
            "ReduceMax", List.of(scores, emit.longs(axis)), Map.of("keepdims", Attribute.of(1)));
    var closed = emit.node("Equal", highest, emit.scalar(type, Double.NEGATIVE_INFINITY));
    var weights = emit.node("Softmax", List.of(scores), Map.of("axis", Attribute.of(axis)));
    return emit.node("Where", closed, emit.scalar(type, 0), weights);
  }

  private static String masked(Emission emit, String open, String scores, DataType type) {
    return emit.node("Where", open, scores, emit.scalar(type, Double.NEGATIVE_INFINITY));
  }

  /** Whether each query may see each key: those up to its own place, counted from the first. */
  private static String causal(Call call, Emission emit, Value query, Value key) {
    return emit.node(
        "GreaterOrEqual",
        emit.node("Unsqueeze", counted(call, emit, query), emit.longs(1)),
        counted(call, emit, key));
  }

  private static String counted(Call call, Emission emit, Value value) {
    var size = value.meta().sizes().get(value.rank() - 2);
    if (size instanceof Size.Known(long known)) {
      int elements = ConstantPool.elements(call, List.of(known));
      return emit.longs(LongStream.range(0, elements).toArray());
    }
    var length = emit.node("Squeeze", emit.sizes().of(call, size));
    return emit.node("Range", emit.index(0), length, emit.index(1));
  }

  private static String exchanged(Emission emit, String matrices, int rank) {
    var order = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
    Collections.swap(order, rank - 2, rank - 1);
    return emit.node("Transpose", List.of(matrices), Map.of("perm", Attribute.ints(order)));
  }

  /** Heads of keys or values repeated, each as often as there are heads of queries for it. */
  private static String repeated(Call call, Emission emit, Value value, Value query) {
    if (value.rank() < 3 || query.rank() < 3) {
      throw call.refuse("groups the heads of a tensor without heads");
    }
    long heads = call.fixedSize(value.meta(), -3);
    long wanted = call.fixedSize(query.meta(), -3);
    if (heads == wanted) {
      return value.name();
    }
    if (heads == 0 || wanted % heads != 0) {
      throw call.refuse("shares %d heads among %d".formatted(heads, wanted));
    }
    int elements = ConstantPool.elements(call, List.of(wanted));
    long each = wanted / heads;
    return emit.node(
        "Gather",
        List.of(
            value.name(), emit.longs(LongStream.range(0, elements).map(i -> i / each).toArray())),
        Map.of("axis", Attribute.of(value.rank() - 3)));
  }
}
