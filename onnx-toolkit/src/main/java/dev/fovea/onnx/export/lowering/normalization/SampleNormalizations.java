package dev.fovea.onnx.export.lowering.normalization;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Extents;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalisation by statistics of what is normalised: over groups, instances or the batch. */
final class SampleNormalizations {
  private SampleNormalizations() {}

  static void register(OperatorTable table) {
    // The other results are statistics for the gradient.
    table.add(
        SampleNormalizations::overGroups,
        "aten.group_norm.default",
        "aten.native_group_norm.default");
    table.add(SampleNormalizations::overInstances, "aten.instance_norm.default");
    table.add(SampleNormalizations::overBatch, "aten._native_batch_norm_legit.no_stats");
  }

  /**
   * ONNX's GroupNormalization has one weight a group in this operator set and not one a channel, so
   * each group is made an instance and the weights are applied afterwards.
   */
  private static String overGroups(Call call, Emission emit) {
    var input = call.tensor("input");
    long channels = channels(call, input);
    long groups = call.integer(call.has("group") ? "group" : "num_groups");
    if (groups < 1 || channels % groups != 0) {
      throw call.refuse(
          "normalises %d channels in %d groups (expected: a divisor)".formatted(channels, groups));
    }
    // Zero stands for the batch as it is.
    var grouped = emit.reshape(input.name(), List.of(0L, groups, -1L));
    var shape =
        input
            .meta()
            .shape()
            .map(known -> emit.longs(known))
            .orElseGet(() -> emit.node("Shape", input.name()));
    var ones = emit.constants().filled(call, input.type(), List.of(groups), 1);
    var zeros = emit.constants().filled(call, input.type(), List.of(groups), 0);
    var normal = emit.node("Reshape", instances(call, emit, grouped, ones, zeros), shape);
    return weighted(call, emit, normal, input.rank());
  }

  private static String overInstances(Call call, Emission emit) {
    if (!call.flag("use_input_stats")) {
      return Normalizations.batchNorm(call, emit);
    }
    if (call.given("running_mean") || call.given("running_var")) {
      throw call.training("updates statistics");
    }
    var input = call.tensor("input");
    var shape = List.of(channels(call, input));
    if (input.rank() < 3) {
      throw call.refuse("normalises instances of a tensor with %d axes".formatted(input.rank()));
    }
    return instances(
        call,
        emit,
        input.name(),
        call.optionalTensor("weight")
            .map(Value::name)
            .orElseGet(() -> emit.constants().filled(call, input.type(), shape, 1)),
        call.optionalTensor("bias")
            .map(Value::name)
            .orElseGet(() -> emit.constants().filled(call, input.type(), shape, 0)));
  }

  /** By mean and variance of each channel over the whole batch. */
  static String overBatch(Call call, Emission emit) {
    var input = call.tensor("input");
    if (input.rank() < 2) {
      throw call.refuse("normalises channels of a tensor with %d axes".formatted(input.rank()));
    }
    var axes =
        emit.longs(LongStream.range(0, input.rank()).filter(axis -> axis != 1).boxed().toList());
    var keep = Map.of("keepdims", Attribute.of(1));
    var mean = emit.node("ReduceMean", List.of(input.name(), axes), keep);
    var off = emit.node("Sub", input.name(), mean);
    var variance = emit.node("ReduceMean", List.of(emit.node("Mul", off, off), axes), keep);
    var scale =
        emit.node("Sqrt", emit.node("Add", variance, emit.scalar(input.type(), call.real("eps"))));
    return weighted(call, emit, emit.node("Div", off, scale), input.rank());
  }

  private static String instances(
      Call call, Emission emit, String input, String scale, String shift) {
    return emit.node(
        "InstanceNormalization",
        List.of(input, scale, shift),
        Map.of("epsilon", Attribute.of((float) call.real("eps"))));
  }

  private static String weighted(Call call, Emission emit, String value, int rank) {
    var result = value;
    var weight = call.optionalTensor("weight");
    if (weight.isPresent()) {
      result = emit.node("Mul", result, channelwise(emit, weight.get(), rank));
    }
    var bias = call.optionalTensor("bias");
    return bias.isPresent()
        ? emit.node("Add", result, channelwise(emit, bias.get(), rank))
        : result;
  }

  /** One value a channel, along the second axis. */
  private static String channelwise(Emission emit, Value values, int rank) {
    if (rank == 2) {
      return values.name();
    }
    var shape = new ArrayList<>(Collections.nCopies(rank - 1, 1L));
    shape.set(0, -1L);
    return emit.reshape(values.name(), shape);
  }

  private static long channels(Call call, Value input) {
    if (input.rank() < 2) {
      throw call.refuse("normalises channels of a tensor with %d axes".formatted(input.rank()));
    }
    return Extents.inRange(call, "channels", call.fixedSize(input.meta(), 1), 1);
  }
}
