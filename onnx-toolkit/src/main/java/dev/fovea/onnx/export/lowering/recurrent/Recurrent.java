package dev.fovea.onnx.export.lowering.recurrent;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Value;
import dev.fovea.onnx.export.lowering.constant.Numbers;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Extents;
import dev.fovea.onnx.export.lowering.table.OperatorTable;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * LSTM and GRU layers, stacked and in one or both directions. Each layer becomes one node, whose
 * weights are those of PyTorch with the gates in ONNX's order.
 */
public final class Recurrent {
  private static final long MOST_LAYERS = 256;

  private Recurrent() {}

  public static void register(OperatorTable table) {
    table.addList((call, emit) -> lower(call, emit, Cell.LSTM), "aten.lstm.input");
    table.addList((call, emit) -> lower(call, emit, Cell.GRU), "aten.gru.input");
  }

  /** What a layer is made of; the order is that of ONNX's gates, as places in PyTorch's. */
  @SuppressWarnings("ImmutableEnumChecker") // the lists are List.of
  private enum Cell {
    /** PyTorch: input, forget, cell, output. ONNX: input, output, forget, cell. */
    LSTM("LSTM", List.of(0, 3, 1, 2), 2),
    /** PyTorch: reset, update, new. ONNX: update, reset, hidden. */
    GRU("GRU", List.of(1, 0, 2), 1);

    private final String opType;
    private final List<Integer> gates;
    private final int states;

    Cell(String opType, List<Integer> gates, int states) {
      this.opType = opType;
      this.gates = gates;
      this.states = states;
    }

    Map<String, Attribute> attributes(long hidden, int directions) {
      var attributes = new HashMap<String, Attribute>();
      attributes.put("hidden_size", Attribute.of(hidden));
      attributes.put("direction", Attribute.of(directions == 2 ? "bidirectional" : "forward"));
      if (this == GRU) {
        // PyTorch multiplies by the reset gate after the matrix.
        attributes.put("linear_before_reset", Attribute.of(1));
      }
      return attributes;
    }
  }

  private static List<String> lower(Call call, Emission emit, Cell cell) {
    if (call.flag("train") && call.real("dropout") > 0) {
      throw call.training("drops values");
    }
    var input = call.tensor("input");
    if (input.rank() != 3) {
      throw call.refuse("is given %d axes (expected: 3)".formatted(input.rank()));
    }
    var stack = Stack.of(call, cell);
    boolean batchFirst = call.flag("batch_first");
    var states =
        stack.states(call).stream().map(state -> stack.layerByLayer(emit, state.name())).toList();
    var sequence = batchFirst ? exchanged(emit, input.name()) : input.name();
    var last = new ArrayList<List<String>>();
    for (int layer = 0; layer < stack.layers(); layer++) {
      var inputs = new ArrayList<>(List.of(sequence));
      inputs.addAll(stack.weights(call, emit, layer));
      inputs.add("");
      for (var state : states) {
        inputs.add(state.get(layer));
      }
      var outputs =
          emit.nodes(
              cell.opType,
              inputs,
              cell.attributes(stack.hidden(layer), stack.directions()),
              1 + cell.states);
      sequence = stack.joined(emit, outputs.getFirst(), layer);
      last.add(outputs.subList(1, outputs.size()));
    }
    var results = new ArrayList<String>();
    results.add(batchFirst ? exchanged(emit, sequence) : sequence);
    for (int state = 0; state < cell.states; state++) {
      int each = state;
      results.add(emit.sizes().joined(last.stream().map(layer -> layer.get(each)).toList()));
    }
    return results;
  }

  /** Batch before sequence or the other way round. */
  private static String exchanged(Emission emit, String value) {
    return emit.node("Transpose", List.of(value), Map.of("perm", Attribute.ints(1, 0, 2)));
  }

  /**
   * Layers one above the other.
   *
   * @param parameters two matrices, and two biases if there are any, for each direction of each
   *     layer
   */
  private record Stack(
      Cell cell, int layers, int directions, boolean biases, List<Value> parameters) {
    static Stack of(Call call, Cell cell) {
      long layers = call.integer("num_layers");
      if (layers < 1 || layers > MOST_LAYERS) {
        throw call.refuse("has %d layers (expected: 1 to %d)".formatted(layers, MOST_LAYERS));
      }
      int directions = call.flag("bidirectional") ? 2 : 1;
      boolean biases = call.flag("has_biases");
      var parameters = call.tensors("params");
      var stack = new Stack(cell, (int) layers, directions, biases, parameters);
      long expected = layers * directions * stack.each();
      if (parameters.size() != expected) {
        throw call.refuse(
            "has %d weights (expected: %d; projections are not converted)"
                .formatted(parameters.size(), expected));
      }
      for (int layer = 0; layer < layers; layer++) {
        stack.check(call, layer);
      }
      return stack;
    }

    private int each() {
      return biases ? 4 : 2;
    }

    private List<Value> of(int layer, int direction) {
      int first = (layer * directions + direction) * each();
      return parameters.subList(first, first + each());
    }

    long hidden(int layer) {
      return of(layer, 0).get(1).meta().size(1).orElseThrow();
    }

    /** Refuses parameters that have not one row for each gate of each hidden value. */
    private void check(Call call, int layer) {
      long hidden =
          Extents.inRange(call, "hidden size", call.fixedSize(of(layer, 0).get(1).meta(), 1), 1);
      long bytes = 0;
      for (int direction = 0; direction < directions; direction++) {
        for (int i = 0; i < each(); i++) {
          var value = of(layer, direction).get(i);
          boolean fits =
              value.rank() == (i < 2 ? 2 : 1)
                  && value.type() == call.tensor("input").type()
                  && call.fixedSize(value.meta(), 0) == cell.gates.size() * hidden
                  && (i != 1 || call.fixedSize(value.meta(), 1) == hidden)
                  && (i != 0 || columns(call, value) == columns(call, of(layer, 0).getFirst()));
          if (!fits) {
            throw call.refuse("has weights that do not fit %d hidden values".formatted(hidden));
          }
          long columns = value.rank() == 2 ? columns(call, value) : 1;
          bytes += cell.gates.size() * hidden * columns * (value.type().bits() / 8);
          if (bytes < 0 || bytes > Integer.MAX_VALUE) {
            throw call.refuse("has a layer of more than 2 GiB");
          }
        }
      }
    }

    private static long columns(Call call, Value matrix) {
      return Extents.inRange(call, "input size", call.fixedSize(matrix.meta(), 1), 1);
    }

    /** The first states, each with one row for every direction of every layer. */
    List<Value> states(Call call) {
      var states = cell.states == 1 ? List.of(call.tensor("hx")) : call.tensors("hx");
      if (states.size() != cell.states) {
        throw call.refuse("has %d states (expected: %d)".formatted(states.size(), cell.states));
      }
      for (var state : states) {
        if (state.rank() != 3 || call.fixedSize(state.meta(), 0) != (long) layers * directions) {
          throw call.refuse("has states that do not fit %d layers".formatted(layers));
        }
      }
      return states;
    }

    List<String> layerByLayer(Emission emit, String states) {
      if (layers == 1) {
        return List.of(states);
      }
      var sizes = Collections.nCopies(layers, (long) directions);
      return emit.nodes(
          "Split", List.of(states, emit.longs(sizes)), Map.of("axis", Attribute.of(0)), layers);
    }

    /** The matrices of the input and of the state, and the biases of both in one row. */
    List<String> weights(Call call, Emission emit, int layer) {
      long rows = cell.gates.size() * hidden(layer);
      long directed = directions;
      var weights = new ArrayList<String>();
      for (int i = 0; i < 2; i++) {
        int place = i;
        var parts = new ArrayList<Value>();
        for (int direction = 0; direction < directions; direction++) {
          parts.add(of(layer, direction).get(place));
        }
        long columns = call.fixedSize(parts.getFirst().meta(), 1);
        weights.add(inOrder(call, emit, parts, List.of(directed, rows, columns)));
      }
      if (biases) {
        var parts = new ArrayList<Value>();
        for (int direction = 0; direction < directions; direction++) {
          parts.addAll(of(layer, direction).subList(2, 4));
        }
        weights.add(inOrder(call, emit, parts, List.of(directed, 2 * rows)));
      } else {
        weights.add("");
      }
      return weights;
    }

    private String inOrder(Call call, Emission emit, List<Value> parts, List<Long> shape) {
      if (!parts.stream().allMatch(part -> emit.constants().has(part.name()))) {
        throw call.refuse("has weights that are computed when the model runs");
      }
      return emit.constants()
          .derived(
              parts.getFirst().name() + ".gates",
              () -> {
                var tensors = new ArrayList<Tensor>();
                parts.forEach(
                    part -> tensors.add(emit.constants().find(part.name()).orElseThrow()));
                return Numbers.inBlocks(tensors, cell.gates, shape);
              });
    }

    /** The values of both directions side by side, as the next layer and PyTorch take them. */
    String joined(Emission emit, String outputs, int layer) {
      if (directions == 1) {
        return emit.node("Squeeze", outputs, emit.longs(1));
      }
      var beside =
          emit.node("Transpose", List.of(outputs), Map.of("perm", Attribute.ints(0, 2, 1, 3)));
      return emit.reshape(beside, List.of(0L, 0L, directions * hidden(layer)));
    }
  }
}
