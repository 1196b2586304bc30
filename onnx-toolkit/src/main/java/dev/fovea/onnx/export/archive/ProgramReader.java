package dev.fovea.onnx.export.archive;

import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.ExportedProgram;
import dev.fovea.onnx.export.program.ExportedProgram.Bounds;
import dev.fovea.onnx.export.program.InputSpec;
import dev.fovea.onnx.export.program.OperatorCall;
import dev.fovea.onnx.export.program.OutputSpec;
import dev.fovea.onnx.export.program.SourceLine;
import dev.fovea.onnx.export.program.TensorMeta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads {@code models/<name>.json}. Unknown keys are passed over, as PyTorch's own loader does; of
 * the metadata, which is most of the file, only the line of the source is kept.
 */
final class ProgramReader {
  private static final long MAJOR = 8;

  private final JsonCursor json;
  private final ValueReader values;
  private final Map<String, TensorMeta> tensors = new HashMap<>();
  private final Map<String, Bounds> bounds = new HashMap<>();
  private List<Argument> graphInputs = List.of();
  private List<Argument> graphOutputs = List.of();
  private List<OperatorCall> calls = List.of();
  private List<InputSpec> inputs = List.of();
  private List<OutputSpec> outputs = List.of();
  private List<String> outputKeys = List.of();
  private String torchVersion = "";
  private boolean decomposed;

  private ProgramReader(JsonCursor json) {
    this.json = json;
    this.values = new ValueReader(json);
  }

  static ExportedProgram read(String file, ByteBuffer bytes, int maxItems) {
    checkVersion(file, bytes, maxItems);
    var programs = new ArrayList<ExportedProgram>(1);
    JsonCursor.walk(file, bytes, maxItems, json -> programs.add(new ProgramReader(json).program()));
    return programs.getFirst();
  }

  /** Looks for the version first, because another schema fails in ways that explain nothing. */
  private static void checkVersion(String file, ByteBuffer bytes, int maxItems) {
    var major = new long[] {MAJOR};
    JsonCursor.walk(
        file,
        bytes,
        maxItems,
        json ->
            json.object(field -> {
              if (field.equals("schema_version")) {
                json.object(part -> {
                  if (part.equals("major")) {
                    major[0] = json.integer();
                  } else {
                    json.skip();
                  }
                });
              } else {
                json.skip();
              }
            }));
    if (major[0] != MAJOR) {
      throw new UnreadablePt2(
          UnreadablePt2.Flaw.VERSION,
          ".pt2: schema version %d (expected: %d, PyTorch 2.9 to 2.14)".formatted(major[0], MAJOR),
          "Save the program with PyTorch 2.9 or later, or use the Python exporter.");
    }
  }

  private ExportedProgram program() {
    json.object(field -> {
      switch (field) {
        case "graph_module" -> graphModule();
        case "range_constraints" -> json.object(symbol -> bounds.put(symbol, bound()));
        case "torch_version" -> torchVersion = json.text();
        case "verifiers" -> decomposed = values.list(json::text).contains("ATEN");
        default -> json.skip();
      }
    });
    Definitions.check(graphInputs, graphOutputs, inputs, outputs, calls);
    return new ExportedProgram(
        inputs, outputs, calls, tensors, bounds, outputKeys, torchVersion, decomposed);
  }

  private void graphModule() {
    json.object(field -> {
      switch (field) {
        case "graph" -> graph();
        case "signature" -> signature();
        case "module_call_graph" -> outputKeys = OutputKeys.read(json, values);
        default -> json.skip();
      }
    });
  }

  private void graph() {
    json.object(field -> {
      switch (field) {
        case "inputs" -> graphInputs = values.list(values::argument);
        case "outputs" -> graphOutputs = values.list(values::argument);
        case "nodes" -> calls = values.list(this::call);
        case "tensor_values" -> json.object(name -> tensors.put(name, values.tensorMeta()));
        default -> json.skip();
      }
    });
  }

  private OperatorCall call() {
    var target = new String[] {""};
    var arguments = new HashMap<String, Argument>();
    var results = new ArrayList<OperatorCall.Result>();
    var source = new String[] {""};
    json.object(field -> {
      switch (field) {
        case "target" -> target[0] = json.text();
        case "inputs" -> json.array(() -> namedArgument(arguments));
        case "outputs" -> results.addAll(values.list(this::result));
        case "metadata" -> source[0] = source();
        default -> json.skip();
      }
    });
    return new OperatorCall(target[0], arguments, results, source[0]);
  }

  /** The line of the model that made a call; of its metadata, which may lack it, nothing else. */
  private String source() {
    var line = new String[] {""};
    json.objectIfAny(field -> {
      if (field.equals("stack_trace")) {
        line[0] = json.textIfAny().map(SourceLine::innermost).orElse("");
      } else {
        json.skip();
      }
    });
    return line[0];
  }

  private void namedArgument(Map<String, Argument> arguments) {
    var name = new String[] {""};
    var value = new ArrayList<Argument>(1);
    json.object(field -> {
      switch (field) {
        case "name" -> name[0] = json.text();
        case "arg" -> value.add(values.argument());
        default -> json.skip();
      }
    });
    // Calls of Python's operators name no parameters; they are numbered.
    var key = name[0].isEmpty() ? Integer.toString(arguments.size()) : name[0];
    if (value.isEmpty() || arguments.put(key, value.getFirst()) != null) {
      throw UnreadablePt2.program("an argument without value or given twice");
    }
  }

  private OperatorCall.Result result() {
    return values.union(tag ->
        switch (tag) {
          case "as_tensor" -> new OperatorCall.TensorResult(values.name());
          case "as_tensors" -> new OperatorCall.TensorsResult(values.list(values::name));
          case "as_sym_int" ->
              values.union(kind ->
                  kind.equals("as_name")
                      ? new OperatorCall.IntResult(json.text())
                      : values.skipped(new OperatorCall.OtherResult(kind)));
          default -> values.skipped(new OperatorCall.OtherResult(tag));
        });
  }

  private void signature() {
    var reader = new SignatureReader(json, values);
    json.object(field -> {
      switch (field) {
        case "input_specs" -> inputs = values.list(reader::input);
        case "output_specs" -> outputs = values.list(reader::output);
        default -> json.skip();
      }
    });
  }

  private Bounds bound() {
    var ends = new OptionalLong[] {OptionalLong.empty(), OptionalLong.empty()};
    json.object(field -> {
      switch (field) {
        case "min_val" -> ends[0] = optionalInteger();
        case "max_val" -> ends[1] = optionalInteger();
        default -> json.skip();
      }
    });
    return new Bounds(ends[0], ends[1]);
  }

  private OptionalLong optionalInteger() {
    return json.isNull() ? OptionalLong.empty() : OptionalLong.of(json.integer());
  }
}
