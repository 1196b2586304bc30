package dev.fovea.onnx.export.lowering.matrix;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Products of matrices. */
final class Products {
  private static final Pattern EQUATION = Pattern.compile("[A-Za-z.,]{1,256}(->[A-Za-z.]{0,64})?");

  private Products() {}

  static void register(OperatorTable table) {
    table.add(Products::linear, "aten.linear.default");
    table.add(Products::addmm, "aten.addmm.default");
    table.add((call, emit) -> matMul(call, emit, "mat2"), "aten.mm.default");
    table.add(Products::batchMatMul, "aten.bmm.default");
    table.add((call, emit) -> matMul(call, emit, "other"), "aten.matmul.default");
    table.add((call, emit) -> matMul(call, emit, "vec"), "aten.mv.default");
    table.add((call, emit) -> matMul(call, emit, "tensor"), "aten.dot.default");
    table.add(Products::baddbmm, "aten.baddbmm.default");
    table.add(Products::einsum, "aten.einsum.default");
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
    var right = weight.rank() == 2 ? emit.matrices().transposed(weight) : weight.name();
    var product = emit.node("MatMul", input.name(), right);
    return bias.map(value -> emit.node("Add", product, value.name())).orElse(product);
  }

  /** {@code beta * self + alpha * (mat1 @ mat2)}. */
  private static String addmm(Call call, Emission emit) {
    var right = call.tensor("mat2").name();
    var attributes = new HashMap<String, Attribute>();
    var original = emit.matrices().transposedFrom(right);
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

  /**
   * Products of as many matrices on both sides. PyTorch repeats a weight for each of them; ONNX
   * does so by itself, without a copy, as long as one side has all of them.
   */
  private static String batchMatMul(Call call, Emission emit) {
    var left = call.tensor("self").name();
    var right = call.tensor("mat2").name();
    var once = emit.matrices().once(right);
    return once.equals(right)
        ? emit.node("MatMul", emit.matrices().once(left), right)
        : emit.node("MatMul", left, once);
  }

  private static String matMul(Call call, Emission emit, String other) {
    return emit.node("MatMul", call.tensor("self").name(), call.tensor(other).name());
  }

  /** {@code beta * self + alpha * (batch1 @ batch2)}, one product for each of a batch. */
  private static String baddbmm(Call call, Emission emit) {
    var type = call.result().type().onnx();
    var product =
        scaled(
            call,
            emit,
            emit.node("MatMul", call.tensor("batch1").name(), call.tensor("batch2").name()),
            "alpha");
    // PyTorch does not look at what it multiplies by zero, NaN or not.
    return call.real("beta") == 0
        ? product
        : emit.node(
            "Add", scaled(call, emit, emit.cast(call.tensor("self"), type), "beta"), product);
  }

  private static String scaled(Call call, Emission emit, String value, String factor) {
    return call.real(factor) == 1
        ? value
        : emit.node("Mul", value, emit.scalar(call.result().type().onnx(), call.real(factor)));
  }

  private static String einsum(Call call, Emission emit) {
    var equation = call.text("equation").orElse("").replace(" ", "");
    if (!EQUATION.matcher(equation).matches()) {
      throw call.refuse("has the equation '%s'".formatted(Text.excerpt(equation)));
    }
    var type = call.result().type().onnx();
    var operands = call.tensors("tensors").stream().map(each -> emit.cast(each, type)).toList();
    return emit.node("Einsum", operands, Map.of("equation", Attribute.of(equation)));
  }

  private static void putUnlessOne(Map<String, Attribute> attributes, String key, double value) {
    if (value != 1) {
      attributes.put(key, Attribute.of((float) value));
    }
  }
}
