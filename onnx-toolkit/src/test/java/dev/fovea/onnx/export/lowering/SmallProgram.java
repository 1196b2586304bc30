package dev.fovea.onnx.export.lowering;

import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.ExportedProgram;
import dev.fovea.onnx.export.program.InputSpec;
import dev.fovea.onnx.export.program.OperatorCall;
import dev.fovea.onnx.export.program.OutputSpec;
import dev.fovea.onnx.export.program.ScalarType;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program written by hand: what no exporter would write can be said in it too. */
final class SmallProgram {
  private final List<InputSpec> inputs = new ArrayList<>();
  private final List<OperatorCall> calls = new ArrayList<>();
  private final Map<String, TensorMeta> tensors = new HashMap<>();

  static Argument of(long value) {
    return new Argument.Int(Size.known(value));
  }

  static Argument of(double value) {
    return new Argument.Real(value);
  }

  static Argument of(String tensor) {
    return new Argument.TensorRef(tensor);
  }

  static Argument ints(long... values) {
    return new Argument.Ints(Arrays.stream(values).mapToObj(Size::known).toList());
  }

  static Argument tensors(String... names) {
    return new Argument.TensorRefs(Arrays.stream(names).map(Optional::of).toList());
  }

  static TensorMeta floats(long... shape) {
    return meta(ScalarType.FLOAT32, shape);
  }

  static TensorMeta longs(long... shape) {
    return meta(ScalarType.INT64, shape);
  }

  static TensorMeta meta(ScalarType type, long... shape) {
    var sizes = Arrays.stream(shape).boxed().toList();
    return new TensorMeta(
        type,
        sizes.stream().map(Size::known).toList(),
        TensorMeta.rowMajor(sizes).stream().map(Size::known).toList(),
        Size.known(0));
  }

  SmallProgram input(String name, TensorMeta meta) {
    inputs.add(new InputSpec.User(name));
    tensors.put(name, meta);
    return this;
  }

  SmallProgram call(
      String result, TensorMeta meta, String operator, Map<String, Argument> arguments) {
    tensors.put(result, meta);
    calls.add(
        new OperatorCall(
            "torch.ops." + operator,
            arguments,
            List.of(new OperatorCall.TensorResult(result)),
            "small.py:" + (calls.size() + 1)));
    return this;
  }

  Graph returning(String... results) {
    var program =
        new ExportedProgram(
            inputs,
            Arrays.stream(results).map(each -> (OutputSpec) new OutputSpec.User(each)).toList(),
            calls,
            tensors,
            Map.of(),
            List.of(),
            "2.14.1",
            false);
    return Translation.translate(
            program,
            stored -> {
              throw new AssertionError("nothing is stored as " + stored.qualifiedName());
            })
        .graph();
  }
}
