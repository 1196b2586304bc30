package dev.fovea.onnx.export.lowering.normalization;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.export.lowering.table.View;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Batch and layer normalisation with fixed statistics, and dropout, which is nothing by then. */
final class Normalizations {
  private Normalizations() {}

  static void register(OperatorTable table) {
    table.add(
        Normalizations::batchNorm,
        "aten.batch_norm.default",
        "aten._native_batch_norm_legit_no_training.default");
    table.add(
        (call, _) -> {
          throw call.training("updates statistics");
        },
        "aten._native_batch_norm_legit_functional.default",
        "aten._native_batch_norm_legit.default");
    table.add(
        Normalizations::layerNorm, "aten.layer_norm.default", "aten.native_layer_norm.default");
    table.addView(
        Normalizations::dropout,
        View.same(),
        "aten.dropout.default",
        "aten.feature_dropout.default",
        "aten.alpha_dropout.default");
  }

  static String batchNorm(Call call, Emission emit) {
    if (!call.given("running_mean") && !call.given("running_var")) {
      // A layer that keeps none asks its batch at any time, with training = true.
      return SampleNormalizations.overBatch(call, emit);
    }
    if (!call.given("running_mean")
        || !call.given("running_var")
        || (call.has("training") && call.flag("training"))) {
      throw call.training("uses the statistics of its batch");
    }
    var input = call.tensor("input");
    var mean = call.tensor("running_mean");
    var scale =
        call.optionalTensor("weight").map(Value::name).orElseGet(() -> all(call, emit, mean, 1));
    var shift =
        call.optionalTensor("bias").map(Value::name).orElseGet(() -> all(call, emit, mean, 0));
    return emit.node(
        "BatchNormalization",
        List.of(input.name(), scale, shift, mean.name(), call.tensor("running_var").name()),
        Map.of("epsilon", Attribute.of((float) call.real("eps"))));
  }

  private static String all(Call call, Emission emit, Value like, double value) {
    return emit.constants()
        .filled(call, like.type(), List.of(call.fixedSize(like.meta(), 0)), value);
  }

  private static String layerNorm(Call call, Emission emit) {
    var input = call.tensor("input");
    var shape = call.integers("normalized_shape");
    var inputs = new ArrayList<String>();
    inputs.add(input.name());
    inputs.add(
        call.optionalTensor("weight")
            .map(Value::name)
            .orElseGet(() -> emit.constants().filled(call, input.type(), shape, 1)));
    call.optionalTensor("bias").ifPresent(bias -> inputs.add(bias.name()));
    return emit.node(
        "LayerNormalization",
        inputs,
        Map.of(
            "axis", Attribute.of((long) -shape.size()),
            "epsilon", Attribute.of((float) call.real("eps"))));
  }

  private static String dropout(Call call, Emission emit) {
    if (call.flag("train")) {
      throw call.training("drops values");
    }
    // The in-place form calls its argument otherwise.
    return call.tensor(call.has("input") ? "input" : "self").name();
  }
}
