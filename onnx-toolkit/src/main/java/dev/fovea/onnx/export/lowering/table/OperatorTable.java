package dev.fovea.onnx.export.lowering.table;

import dev.fovea.onnx.export.lowering.call.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which operators are lowered how. A family registers its operators by their functional names; an
 * operator that changes its argument in place ({@code relu_}) is lowered as its functional twin.
 */
public final class OperatorTable {

  /**
   * How an operator is lowered.
   *
   * @param view how the result shows the memory of the argument, if it may
   * @param inPlace whether the argument itself becomes the result
   */
  public record Entry(Lowering lowering, Schema schema, Optional<View> view, boolean inPlace) {}

  private final Map<String, Entry> entries = new HashMap<>();

  /** Registers an operator with one result that has memory of its own. */
  public void add(Lowering.Single lowering, String... operators) {
    put(single(lowering), Optional.empty(), operators);
  }

  /** Registers an operator with several results, or a list, that have memory of their own. */
  public void addList(Lowering lowering, String... operators) {
    put(lowering, Optional.empty(), operators);
  }

  /** Registers an operator whose result may show the memory of its argument. */
  public void addView(Lowering.Single lowering, View view, String... operators) {
    put(single(lowering), Optional.of(view), operators);
  }

  /** Registers an operator that returns a list of views. */
  public void addListView(Lowering lowering, View view, String... operators) {
    put(lowering, Optional.of(view), operators);
  }

  public Optional<Entry> find(String operator) {
    var entry = entries.get(operator);
    if (entry != null) {
      return Optional.of(entry);
    }
    // aten.relu_.default: the underscore ends the second part.
    return Optional.ofNullable(entries.get(operator.replaceFirst("_(?=\\.\\w+$)", "")))
        .filter(_ -> operator.matches("aten\\.\\w+_\\.\\w+"))
        .map(
            // unsqueeze_ and its like change how a tensor is seen, not what it holds.
            twin ->
                new Entry(
                    twin.lowering,
                    Schema.of(operator).orElse(twin.schema),
                    twin.view,
                    twin.view.isEmpty()));
  }

  public Set<String> operators() {
    return entries.keySet();
  }

  private void put(Lowering lowering, Optional<View> view, String... operators) {
    for (var operator : operators) {
      var schema =
          Schema.of(operator)
              .orElseThrow(
                  () -> new IllegalStateException("operator %s: no schema".formatted(operator)));
      if (entries.put(operator, new Entry(lowering, schema, view, false)) != null) {
        throw new IllegalStateException("operator %s: registered twice".formatted(operator));
      }
    }
  }

  private static Lowering single(Lowering.Single lowering) {
    return (call, emit) -> List.of(lowering.lower(call, emit));
  }
}
