package dev.fovea.onnx.export.lowering;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.export.lowering.call.Scope;
import dev.fovea.onnx.export.lowering.constant.Folding;
import dev.fovea.onnx.export.lowering.emission.Assembly;
import dev.fovea.onnx.export.lowering.emission.Emission;
import dev.fovea.onnx.export.lowering.emission.Names;
import dev.fovea.onnx.export.lowering.table.Lowering;
import dev.fovea.onnx.export.lowering.table.View;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.ExportedProgram;
import dev.fovea.onnx.export.program.InputSpec;
import dev.fovea.onnx.export.program.OperatorCall;
import dev.fovea.onnx.export.program.OutputSpec;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Translates a program into a graph of ONNX's operator set 20, call by call. */
public final class Translation {
  private final ExportedProgram program;
  private final Function<InputSpec.Stored, Tensor> tensors;
  private final Names names = new Names();
  private final Emission emit = new Emission(names);
  private final Map<String, ValueInfo> values = new LinkedHashMap<>();
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final List<String> inputOrigins = new ArrayList<>();
  private final Scope scope;

  private Translation(ExportedProgram program, Function<InputSpec.Stored, Tensor> tensors) {
    this.program = program;
    this.tensors = tensors;
    this.scope = new Scope(program.tensors(), this::declare);
  }

  /**
   * The graph of a program.
   *
   * @param inputOrigins what the program calls each of the graph's inputs
   * @param outputOrigins what the program calls each of the graph's outputs
   */
  public record Translated(Graph graph, List<String> inputOrigins, List<String> outputOrigins) {
    public Translated {
      inputOrigins = List.copyOf(inputOrigins);
      outputOrigins = List.copyOf(outputOrigins);
    }
  }

  /**
   * Translates a program; stored tensors are asked for only if a node uses them.
   *
   * @throws UnsupportedOperators listing every operator without a lowering
   * @throws Inconvertible if a call does what the lowering of its operator cannot express
   */
  public static Translated translate(
      ExportedProgram program, Function<InputSpec.Stored, Tensor> tensors) {
    refuseUnsupported(program);
    return new Translation(program, tensors).run();
  }

  private static void refuseUnsupported(ExportedProgram program) {
    var counts = new TreeMap<String, Integer>();
    var places = new TreeMap<String, String>();
    for (var call : program.calls()) {
      var operator = call.operator();
      if (!Lowerings.isCheck(operator) && Lowerings.ALL.find(operator).isEmpty()) {
        counts.merge(operator, 1, Integer::sum);
        places.putIfAbsent(operator, Call.place(call));
      }
    }
    if (!counts.isEmpty()) {
      throw new UnsupportedOperators(counts, places, program.decomposed());
    }
  }

  private Translated run() {
    // Names that callers see are handed out first, so that they are the wanted ones.
    program.inputs().forEach(this::feed);
    var results = returned();
    var resultNames = names(results.size());
    program.inputs().forEach(this::store);
    for (var call : program.calls()) {
      if (!Lowerings.isCheck(call.operator())) {
        lower(call);
      }
    }
    for (int i = 0; i < results.size(); i++) {
      output(results.get(i), resultNames.get(i));
    }
    return new Translated(
        Assembly.assemble("main", emit, inputs, outputs, values), inputOrigins, results);
  }

  private void feed(InputSpec input) {
    if (input instanceof InputSpec.User(String tensor)) {
      var name = names.claim(tensor, "input");
      var meta = scope.meta(tensor);
      inputs.add(new ValueInfo(name, meta.type().onnx(), meta.dimensions()));
      inputOrigins.add(tensor);
      emit.sizes().measurable(name, meta);
      scope.bind(tensor, name);
    }
  }

  private void store(InputSpec input) {
    switch (input) {
      case InputSpec.Stored stored -> {
        var name = names.claim(stored.qualifiedName(), "w");
        emit.constants().stored(name, isFolded(stored), () -> read(stored));
        scope.bind(stored.name(), name);
      }
      case InputSpec.Opaque(_, String tag) ->
          throw new Inconvertible(
              "the program has an input of the kind '%s'".formatted(Text.excerpt(tag)),
              "Export a model whose inputs are tensors and whose constants are plain values.");
      case InputSpec.User _, InputSpec.Baked _ -> {}
    }
  }

  private Tensor read(InputSpec.Stored stored) {
    var tensor = tensors.apply(stored);
    var meta = scope.meta(stored.name());
    if (tensor.type() != meta.type().onnx() || !meta.shape().equals(Optional.of(tensor.shape()))) {
      throw new Inconvertible(
          "'%s' is stored as %s%s, the program takes it for %s%s"
              .formatted(
                  Text.excerpt(stored.qualifiedName()),
                  tensor.type(),
                  tensor.shape(),
                  meta.type().onnx(),
                  meta.sizes()),
          "Save the program again with torch.export.save.");
    }
    return tensor;
  }

  private void lower(OperatorCall target) {
    var entry = Lowerings.ALL.find(target.operator()).orElseThrow();
    var call = new Call(target, entry.schema(), scope);
    var results = tensorsOf(target);
    if (results.isEmpty()) {
      return;
    }
    emit.naming(results.getFirst());
    var lowered = entry.lowering().lower(call, emit);
    for (int i = 0; i < Math.min(lowered.size(), results.size()); i++) {
      declare(results.get(i), lowered.get(i));
    }
    var argument = target.arguments().getOrDefault("self", target.arguments().get("input"));
    if (argument instanceof Argument.TensorRef(String receiver)) {
      if (entry.inPlace()) {
        scope.mutate(receiver, lowered.getFirst());
        scope.show(
            List.of(results.getFirst()), List.of(lowered.getFirst()), receiver, sameAs(receiver));
        return;
      }
      var view = entry.view();
      if (view.isPresent()) {
        switch (view.get().sharing().apply(call)) {
          case SHARED -> {
            scope.show(results, lowered, receiver, showing(entry.lowering(), view.get(), call));
            return;
          }
          case UNKNOWN -> {
            scope.show(results, lowered, receiver, untold(receiver));
            return;
          }
          case COPIED -> {}
        }
      }
    }
    for (int i = 0; i < Math.min(lowered.size(), results.size()); i++) {
      scope.bind(results.get(i), lowered.get(i));
    }
  }

  /** A result that is its argument, changed. */
  private Scope.Showing sameAs(String receiver) {
    return new Scope.Showing() {
      @Override
      public List<String> again() {
        return List.of(scope.name(receiver));
      }

      @Override
      public Optional<String> written(int result, String changed) {
        return Optional.of(changed);
      }
    };
  }

  private Scope.Showing showing(Lowering lowering, View view, Call call) {
    return new Scope.Showing() {
      @Override
      public List<String> again() {
        return lowering.lower(call, emit);
      }

      @Override
      public Optional<String> written(int result, String changed) {
        return Optional.of(view.back().write(call, emit, result, changed));
      }
    };
  }

  /** A result of which nobody knows whether it shows its argument: good until one is changed. */
  private static Scope.Showing untold(String receiver) {
    return new Scope.Showing() {
      @Override
      public List<String> again() {
        throw Scope.lost(receiver);
      }

      @Override
      public Optional<String> written(int result, String changed) {
        return Optional.empty();
      }
    };
  }

  /** Notes the type and shape of what a name of the graph holds. */
  private void declare(String tensor, String name) {
    var meta = program.tensors().get(tensor);
    if (meta != null && !emit.constants().has(name)) {
      emit.sizes().measurable(name, meta);
      values.putIfAbsent(name, new ValueInfo(name, meta.type().onnx(), meta.dimensions()));
    }
  }

  /**
   * Whether what is computed of a stored tensor alone is computed here: masks and tables of indices
   * are, weights stay as they are.
   */
  private boolean isFolded(InputSpec.Stored stored) {
    var meta = scope.meta(stored.name());
    return Folding.isSmall(meta)
        && (stored.kind() == InputSpec.Kind.CONSTANT || !meta.type().onnx().isFloating());
  }

  private static List<String> tensorsOf(OperatorCall call) {
    var names = new ArrayList<String>();
    for (var result : call.results()) {
      switch (result) {
        case OperatorCall.TensorResult(String name) -> names.add(name);
        case OperatorCall.TensorsResult(List<String> list) -> names.addAll(list);
        case OperatorCall.IntResult(String name) -> names.add(name);
        case OperatorCall.OtherResult _ -> {}
      }
    }
    return names;
  }

  /** The tensors that the program returns to its caller. */
  private List<String> returned() {
    var returned = new ArrayList<String>();
    for (var output : program.outputs()) {
      switch (output) {
        case OutputSpec.User(String tensor) -> returned.add(tensor);
        // Counters that a model keeps for itself; whoever calls the graph gets no buffers.
        case OutputSpec.NoTensor _, OutputSpec.BufferMutation _ -> {}
        case OutputSpec.Other(String tag) ->
            throw new Inconvertible(
                "the program has an output of the kind '%s'".formatted(Text.excerpt(tag)),
                "Export a model that returns tensors and changes none of its inputs.");
      }
    }
    return returned;
  }

  /** Names of the outputs: the keys of a returned dictionary, else numbers. */
  private List<String> names(int count) {
    var keys = program.outputKeys();
    var claimed = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      var wanted = keys.size() == count ? keys.get(i) : count == 1 ? "output" : "output_" + i;
      claimed.add(names.claim(wanted, "output"));
    }
    return claimed;
  }

  private void output(String tensor, String name) {
    var meta = scope.meta(tensor);
    // A node of its own, since an output may also be an input, a weight or returned twice.
    emit.identity(scope.name(tensor), name);
    outputs.add(new ValueInfo(name, meta.type().onnx(), meta.dimensions()));
  }
}
