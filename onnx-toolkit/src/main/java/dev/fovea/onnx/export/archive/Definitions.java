package dev.fovea.onnx.export.archive;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.InputSpec;
import dev.fovea.onnx.export.program.OperatorCall;
import dev.fovea.onnx.export.program.OutputSpec;
import dev.fovea.onnx.export.program.Size;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks that each name is defined once and before its use, and that signature and graph agree.
 * Cycles and forward references fail by the second rule; a result that shadows a weight by the
 * first.
 */
final class Definitions {
  private final Set<String> defined = new HashSet<>();

  private Definitions() {}

  static void check(
      List<Argument> graphInputs,
      List<Argument> graphOutputs,
      List<InputSpec> inputs,
      List<OutputSpec> outputs,
      List<OperatorCall> calls) {
    if (graphInputs.size() != inputs.size() || graphOutputs.size() != outputs.size()) {
      throw UnreadablePt2.program(
          "graph with %d inputs and %d outputs, signature with %d and %d",
          graphInputs.size(), graphOutputs.size(), inputs.size(), outputs.size());
    }
    var names = new Definitions();
    for (int i = 0; i < inputs.size(); i++) {
      names.input(graphInputs.get(i), inputs.get(i));
    }
    for (var call : calls) {
      call.arguments().values().forEach(names::use);
      call.results().forEach(names::define);
    }
    graphOutputs.forEach(names::use);
    for (var output : outputs) {
      switch (output) {
        case OutputSpec.User(String name) -> names.use(name);
        case OutputSpec.BufferMutation(String name, _) -> names.use(name);
        case OutputSpec.NoTensor _, OutputSpec.Other _ -> {}
      }
    }
  }

  private void input(Argument graphInput, InputSpec spec) {
    boolean tensor = spec instanceof InputSpec.Stored || spec instanceof InputSpec.User;
    if (tensor
        && !(graphInput instanceof Argument.TensorRef(String name) && name.equals(spec.name()))) {
      throw UnreadablePt2.program(
          "signature and graph differ in input '%s'", Text.excerpt(spec.name()));
    }
    if (tensor) {
      define(spec.name());
    }
  }

  private void define(OperatorCall.Result result) {
    switch (result) {
      case OperatorCall.TensorResult(String name) -> define(name);
      case OperatorCall.TensorsResult(List<String> names) -> names.forEach(this::define);
      case OperatorCall.IntResult(String name) -> define(name);
      case OperatorCall.OtherResult _ -> {}
    }
  }

  private void define(String name) {
    if (name.isEmpty() || !defined.add(name)) {
      throw UnreadablePt2.program("value '%s' is defined twice or has no name", Text.excerpt(name));
    }
  }

  private void use(Argument argument) {
    switch (argument) {
      case Argument.TensorRef(String name) -> use(name);
      case Argument.TensorRefs refs -> refs.names().forEach(name -> name.ifPresent(this::use));
      case Argument.Int(Size size) -> use(size);
      case Argument.Ints(List<Size> sizes) -> sizes.forEach(this::use);
      default -> {}
    }
  }

  private void use(Size size) {
    if (size instanceof Size.Computed(String name)) {
      use(name);
    }
  }

  private void use(String name) {
    if (!defined.contains(name)) {
      throw UnreadablePt2.program("value '%s' is used before it is defined", Text.excerpt(name));
    }
  }
}
