package dev.fovea.onnx.export.archive;

import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.InputSpec;
import dev.fovea.onnx.export.program.OutputSpec;
import java.util.ArrayList;

/** Reads what a program's inputs and outputs are for. */
final class SignatureReader {
  private final JsonCursor json;
  private final ValueReader values;

  SignatureReader(JsonCursor json, ValueReader values) {
    this.json = json;
    this.values = values;
  }

  InputSpec input() {
    return values.union(tag ->
        switch (tag) {
          case "parameter" -> stored("parameter_name");
          case "buffer" -> stored("buffer_name");
          case "tensor_constant" -> stored("tensor_constant_name");
          case "user_input" -> userInput();
          case "constant_input" -> new InputSpec.Baked(values.name());
          default -> new InputSpec.Opaque(spec().name, tag);
        });
  }

  OutputSpec output() {
    return values.union(tag ->
        switch (tag) {
          case "user_output" ->
              switch (argument()) {
                case Argument.TensorRef(String name) -> new OutputSpec.User(name);
                case Argument other -> new OutputSpec.NoTensor(other.getClass().getSimpleName());
              };
          case "buffer_mutation" -> {
            var spec = spec();
            yield new OutputSpec.BufferMutation(spec.name, spec.buffer);
          }
          default -> values.skipped(new OutputSpec.Other(tag));
        });
  }

  private InputSpec stored(String nameField) {
    var spec = new Spec();
    json.object(field -> {
      if (field.equals(nameField)) {
        spec.buffer = json.text();
      } else {
        spec.field(field);
      }
    });
    // Buffers outside the state dict lie with the constants, whatever they are called.
    boolean weight = !nameField.equals("tensor_constant_name") && spec.persistent;
    return new InputSpec.Stored(
        spec.name, spec.buffer, weight ? InputSpec.Kind.WEIGHT : InputSpec.Kind.CONSTANT);
  }

  private InputSpec userInput() {
    return switch (argument()) {
      case Argument.TensorRef(String name) -> new InputSpec.User(name);
      case Argument.Int _, Argument.Other _ -> new InputSpec.Opaque("", "user_input");
      case Argument _ -> new InputSpec.Baked("");
    };
  }

  /** The value of the {@code arg} field, which holds an argument. */
  private Argument argument() {
    var found = new ArrayList<Argument>(1);
    json.object(field -> {
      if (field.equals("arg")) {
        found.add(values.argument());
      } else {
        json.skip();
      }
    });
    if (found.isEmpty()) {
      throw json.unexpected("an argument");
    }
    return found.getFirst();
  }

  private Spec spec() {
    var spec = new Spec();
    json.object(spec::field);
    return spec;
  }

  /** The fields that most forms share; {@code arg} holds a name here. */
  private final class Spec {
    private String name = "";
    private String buffer = "";
    private boolean persistent = true;

    void field(String field) {
      switch (field) {
        case "arg" -> name = values.name();
        case "buffer_name" -> buffer = json.text();
        case "persistent" -> persistent = json.isNull() || json.bool();
        default -> json.skip();
      }
    }
  }
}
