package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Products of matrices. */
final class Products {
  private Products() {}

  static void register(Lowerings table) {
    table.add(Products::linear, "aten.linear.default");
    table.add(Products::addmm, "aten.addmm.default");
    table.add((call, emit) -> matMul(call, emit, "mat2"), "aten.mm.default", "aten.bmm.default");
    table.add((call, emit) -> matMul(call, emit, "other"), "aten.matmul.default");
  }

  private static String linear(Call call, Emission emit) {
    var input = call.tensor("input");
    var weight = call.tensor("weight");
    var bias = call.optionalTensor("bias");
    if (input.rank() == 2 && weight.rank() == 2) {
      var inputs = new ArrayList<>(List.of(input.name(), weight.name()));
      bias.ifPresent(value -> inputs.add(value.name()));
      return emit.node("Gemm", inputs, Map.of("transB", Attribute.of(1)));
    }
    var right = weight.rank() == 2 ? emit.transposedMatrix(weight) : weight.name();
    var product = emit.node("MatMul", input.name(), right);
    return bias.map(value -> emit.node("Add", product, value.name())).orElse(product);
  }

  /** {@code beta * self + alpha * (mat1 @ mat2)}. */
  private static String addmm(Call call, Emission emit) {
    var right = call.tensor("mat2").name();
    var attributes = new HashMap<String, Attribute>();
    var original = emit.transposedFrom(right);
    if (original.isPresent()) {
      // A decomposed linear layer: the weight goes in as it is stored.
      right = original.get();
      attributes.put("transB", Attribute.of(1));
    }
    putUnlessOne(attributes, "alpha", call.real("alpha"));
    putUnlessOne(attributes, "beta", call.real("beta"));
    return emit.node(
        "Gemm", List.of(call.tensor("mat1").name(), right, call.tensor("self").name()), attributes);
  }

  private static String matMul(Call call, Emission emit, String other) {
    return emit.node("MatMul", call.tensor("self").name(), call.tensor(other).name());
  }

  private static void putUnlessOne(Map<String, Attribute> attributes, String key, double value) {
    if (value != 1) {
      attributes.put(key, Attribute.of((float) value));
    }
  }
}
