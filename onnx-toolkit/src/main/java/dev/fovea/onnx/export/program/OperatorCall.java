package dev.fovea.onnx.export.program;

import java.util.List;
import java.util.Map;

/**
 * One call in the program.
 *
 * @param target such as {@code torch.ops.aten.conv2d.default}
 * @param arguments by parameter name; parameters that have their default are absent
 * @param results what it defines, in order
 * @param source file and line of the model's source, such as {@code vit.py:12}; empty if the
 *     archive does not say
 */
public record OperatorCall(
    String target, Map<String, Argument> arguments, List<Result> results, String source) {
  private static final String ATEN = "torch.ops.";

  public OperatorCall {
    arguments = Map.copyOf(arguments);
    results = List.copyOf(results);
  }

  /** Something that a call defines. */
  public sealed interface Result {}

  public record TensorResult(String name) implements Result {}

  /** A list of tensors of a length fixed when the program was written, as {@code split} returns. */
  public record TensorsResult(List<String> names) implements Result {
    public TensorsResult {
      names = List.copyOf(names);
    }
  }

  /** A symbolic integer. */
  public record IntResult(String name) implements Result {}

  /** A result that no lowering produces, such as a symbolic truth value. */
  public record OtherResult(String tag) implements Result {}

  /** The target without its prefix: {@code aten.conv2d.default}. */
  public String operator() {
    return target.startsWith(ATEN) ? target.substring(ATEN.length()) : target;
  }

  /** What the program calls the node: the name of its first result; empty if it has none. */
  public String node() {
    if (results.isEmpty()) {
      return "";
    }
    return switch (results.getFirst()) {
      case TensorResult(String name) -> name;
      case IntResult(String name) -> name;
      case TensorsResult(List<String> names) -> names.isEmpty() ? "" : names.getFirst();
      case OtherResult _ -> "";
    };
  }
}
