package dev.fovea.onnx.export.lowering.call;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.OperatorCall;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A call with its arguments looked up: by name, with defaults filled in, as the type that the
 * lowering expects. An argument of another type is refused, because the program is foreign data.
 */
public final class Call {
  private static final String DECOMPOSE =
      "Try torch.export.save(ep.run_decompositions(), path); if that is refused too, use the"
          + " Python exporter.";

  private final OperatorCall call;
  private final Schema schema;
  private final Scope scope;

  public Call(OperatorCall call, Schema schema, Scope scope) {
    this.call = call;
    this.schema = schema;
    this.scope = scope;
    for (var name : call.arguments().keySet()) {
      if (!schema.parameters().containsKey(name)) {
        throw refuse("has the unknown argument '%s'".formatted(Text.excerpt(name)));
      }
    }
  }

  /** Whether the operator has such a parameter at all; overloads differ in that. */
  public boolean has(String parameter) {
    return schema.parameters().containsKey(parameter);
  }

  /** Whether an argument is given or defaulted to something else than {@code None}. */
  public boolean given(String parameter) {
    return has(parameter) && !(argument(parameter) instanceof Argument.None);
  }

  public boolean isTensor(String parameter) {
    return argument(parameter) instanceof Argument.TensorRef;
  }

  public Value tensor(String parameter) {
    if (argument(parameter) instanceof Argument.TensorRef(String name)) {
      return scope.value(name);
    }
    throw mismatch(parameter, "a tensor");
  }

  public Optional<Value> optionalTensor(String parameter) {
    return given(parameter) ? Optional.of(tensor(parameter)) : Optional.empty();
  }

  public List<Value> tensors(String parameter) {
    if (argument(parameter) instanceof Argument.TensorRefs(List<Optional<String>> names)) {
      return names.stream()
          .map(name -> scope.value(name.orElseThrow(() -> mismatch(parameter, "tensors"))))
          .toList();
    }
    throw mismatch(parameter, "tensors");
  }

  public boolean flag(String parameter) {
    return switch (argument(parameter)) {
      case Argument.Bool(boolean value) -> value;
      case Argument.Int(Size.Known(long value)) -> value != 0;
      default -> throw mismatch(parameter, "true or false");
    };
  }

  public long integer(String parameter) {
    if (argument(parameter) instanceof Argument.Int(Size size)) {
      return known(parameter, size);
    }
    throw mismatch(parameter, "an integer");
  }

  /** An axis of a tensor of that rank, counted from the front. */
  public int axis(String parameter, int rank) {
    return axis(integer(parameter), rank);
  }

  public int axis(long axis, int rank) {
    // A tensor without axes accepts 0 and -1 in PyTorch.
    int axes = Math.max(rank, 1);
    if (axis < -axes || axis >= axes) {
      throw refuse("names axis %d of a tensor with %d axes".formatted(axis, rank));
    }
    return (int) (axis < 0 ? axis + axes : axis);
  }

  /** Integers of which none depends on the inputs. */
  public List<Long> integers(String parameter) {
    return sizes(parameter).stream().map(size -> known(parameter, size)).toList();
  }

  /** One integer for each of {@code count} axes; a lone one stands for all. */
  public List<Long> integers(String parameter, int count) {
    var values = integers(parameter);
    if (values.size() == 1) {
      return Collections.nCopies(count, values.getFirst());
    }
    if (values.size() != count) {
      throw mismatch(parameter, "%d integers".formatted(count));
    }
    return values;
  }

  public List<Size> sizes(String parameter) {
    return switch (argument(parameter)) {
      case Argument.Ints(List<Size> values) -> values;
      case Argument.Int(Size value) -> List.of(value);
      default -> throw mismatch(parameter, "integers");
    };
  }

  public double real(String parameter) {
    return switch (argument(parameter)) {
      case Argument.Real(double value) -> value;
      case Argument.Int(Size size) -> known(parameter, size);
      case Argument.Bool(boolean value) -> value ? 1 : 0;
      default -> throw mismatch(parameter, "a number");
    };
  }

  public List<Double> reals(String parameter) {
    if (argument(parameter) instanceof Argument.Reals(List<Double> values)) {
      return values;
    }
    throw mismatch(parameter, "numbers");
  }

  public Optional<Double> optionalReal(String parameter) {
    return given(parameter) ? Optional.of(real(parameter)) : Optional.empty();
  }

  public Optional<String> text(String parameter) {
    return switch (argument(parameter)) {
      case Argument.Text(String value) -> Optional.of(value);
      default -> Optional.empty();
    };
  }

  /** Tensors of which some may be absent. */
  public List<Optional<Value>> optionalTensors(String parameter) {
    if (argument(parameter) instanceof Argument.TensorRefs(List<Optional<String>> names)) {
      return names.stream().map(name -> name.map(scope::value)).toList();
    }
    throw mismatch(parameter, "tensors");
  }

  /** The name in the graph of an integer that an earlier call computed. */
  public String computed(String name) {
    return scope.name(name);
  }

  /** What PyTorch recorded about the first result, or about all tensors of a returned list. */
  public List<TensorMeta> results() {
    var results =
        switch (call.results().getFirst()) {
          case OperatorCall.TensorResult(String name) -> List.of(scope.meta(name));
          case OperatorCall.TensorsResult(List<String> names) ->
              names.stream().map(scope::meta).toList();
          case OperatorCall.IntResult _, OperatorCall.OtherResult _ ->
              throw refuse("returns no tensor");
        };
    if (results.isEmpty()) {
      throw refuse("returns an empty list");
    }
    return results;
  }

  public TensorMeta result() {
    return results().getFirst();
  }

  /** What PyTorch recorded about one of several results. */
  public TensorMeta result(int index) {
    if (index < call.results().size()
        && call.results().get(index) instanceof OperatorCall.TensorResult(String name)) {
      return scope.meta(name);
    }
    throw refuse("returns fewer than %d tensors".formatted(index + 1));
  }

  /** The size of an axis, which must not depend on the inputs. */
  public long fixedSize(TensorMeta meta, int axis) {
    if (axis < -meta.rank() || axis >= meta.rank()) {
      throw refuse("names axis %d of a tensor with %d axes".formatted(axis, meta.rank()));
    }
    return meta.size(axis)
        .orElseThrow(() -> refuse("needs a fixed size of axis %d".formatted(axis)));
  }

  public Argument argument(String parameter) {
    var given = call.arguments().get(parameter);
    if (given != null) {
      return given;
    }
    return schema
        .parameters()
        .getOrDefault(parameter, Optional.empty())
        .orElseThrow(() -> refuse("lacks the argument '%s'".formatted(parameter)));
  }

  public Inconvertible refuse(String why) {
    return refuse(why, DECOMPOSE);
  }

  /** The refusal of what a model does only while it is trained. */
  public Inconvertible training(String what) {
    return refuse(
        what + ": the model is in training mode", "Call model.eval() before torch.export.export.");
  }

  public Inconvertible refuse(String why, String fix) {
    return new Inconvertible(
        "%s%s %s".formatted(Text.excerpt(call.operator()), place(call), why), fix);
  }

  /** Where a call is, in parentheses: its node, and its line of source if the archive says it. */
  public static String place(OperatorCall call) {
    var node = call.node().isEmpty() ? "" : "node '%s'".formatted(Text.excerpt(call.node()));
    var line = Text.excerpt(call.source());
    var place = node.isEmpty() || line.isEmpty() ? node + line : node + ", " + line;
    return place.isEmpty() ? "" : " (" + place + ")";
  }

  private long known(String parameter, Size size) {
    if (size instanceof Size.Known(long value)) {
      return value;
    }
    throw refuse("needs a fixed '%s'; here it depends on the input's size".formatted(parameter));
  }

  private Inconvertible mismatch(String parameter, String expected) {
    return refuse(
        "has %s as '%s' (expected: %s)"
            .formatted(argument(parameter).getClass().getSimpleName(), parameter, expected));
  }
}
