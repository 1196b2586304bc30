package dev.fovea.onnx.export.lowering.emission;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sizes as INT64 tensors of the graph: numbers where they are known, else measured as it runs. */
public final class Sizes {

  /** An axis of a tensor of the graph. */
  private record Axis(String tensor, int axis) {}

  private final Emission emit;
  private final Map<String, Axis> measurable = new HashMap<>();
  private final Map<Axis, String> measured = new HashMap<>();

  Sizes(Emission emit) {
    this.emit = emit;
  }

  /** Remembers where sizes that depend on the inputs can be measured. */
  public void measurable(String name, TensorMeta meta) {
    for (int axis = 0; axis < meta.rank(); axis++) {
      if (meta.sizes().get(axis) instanceof Size.Symbolic(String text)) {
        measurable.putIfAbsent(text, new Axis(name, axis));
      }
    }
  }

  /** A size, known or computed, as a list of one. */
  public String of(Call call, String parameter) {
    return switch (call.argument(parameter)) {
      case Argument.Int(Size size) -> of(call, size);
      default -> throw call.refuse("has no integer as '%s'".formatted(parameter));
    };
  }

  /** A size as a list of one; what depends on the inputs is measured when the model runs. */
  public String of(Call call, Size size) {
    return switch (size) {
      case Size.Known(long value) -> emit.longs(value);
      case Size.Computed(String name) -> call.computed(name);
      case Size.Symbolic(String text) -> {
        var axis = measurable.get(text);
        if (axis == null) {
          throw call.refuse(
              "needs the size %s, which no tensor before it has".formatted(Text.excerpt(text)));
        }
        yield of(axis.tensor, axis.axis);
      }
    };
  }

  /** The size of one axis when the model runs, as a list of one. */
  public String of(String name, int axis) {
    var key = new Axis(name, axis);
    var known = measured.get(key);
    if (known == null) {
      known =
          emit.node(
              "Shape",
              List.of(name),
              Map.of("start", Attribute.of(axis), "end", Attribute.of(axis + 1L)));
      measured.put(key, known);
    }
    return known;
  }

  /** A list of sizes, known or measured when the model runs. */
  public String list(Call call, List<Size> sizes) {
    var known = TensorMeta.known(sizes);
    if (known.isPresent()) {
      return emit.longs(known.get());
    }
    return joined(sizes.stream().map(size -> of(call, size)).toList());
  }

  /** Lists of sizes, one after the other. */
  public String joined(List<String> lists) {
    return lists.size() == 1
        ? lists.getFirst()
        : emit.node("Concat", lists, Map.of("axis", Attribute.of(0)));
  }

  /**
   * The sizes to which a value is reshaped, as far as possible without measuring: one that depends
   * on the inputs may be left to ONNX, others are taken from an axis of the source.
   */
  String ofReshaped(Call call, Value source, List<Size> sizes) {
    var known =
        sizes.stream().map(size -> size instanceof Size.Known(long value) ? value : -1L).toList();
    if (known.indexOf(-1L) == known.lastIndexOf(-1L)) {
      return emit.longs(known);
    }
    int inferred = inferred(source, sizes);
    var parts = new ArrayList<String>();
    for (int i = 0; i < sizes.size(); i++) {
      int axis = source.meta().sizes().indexOf(sizes.get(i));
      if (known.get(i) >= 0 || i == inferred) {
        parts.add(emit.longs(known.get(i)));
      } else if (axis >= 0) {
        parts.add(of(source.name(), axis));
      } else {
        parts.add(of(call, sizes.get(i)));
      }
    }
    return joined(parts);
  }

  /** The axis whose size is left to ONNX: one that cannot be measured, if there is one. */
  private int inferred(Value source, List<Size> sizes) {
    int first = -1;
    for (int i = 0; i < sizes.size(); i++) {
      if (sizes.get(i) instanceof Size.Symbolic(String text)) {
        if (!measurable.containsKey(text) && !source.meta().sizes().contains(sizes.get(i))) {
          return i;
        }
        first = first < 0 ? i : first;
      }
    }
    return first;
  }
}
