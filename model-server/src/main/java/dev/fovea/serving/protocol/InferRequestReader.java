package dev.fovea.serving.protocol;

import dev.fovea.kernel.Text;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the body of {@code …/infer}. Memory stays within a small multiple of the body: nothing is
 * allocated by a size that the body only claims. Source: the protocol's {@code inference_rest.md}
 * and Triton's {@code extension_binary_data.md}.
 */
public final class InferRequestReader {
  private static final int MAX_INPUTS = 16;
  private static final int MAX_OUTPUTS = 64;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NAME_CHARS = 1024;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxStringLength(Integer.MAX_VALUE) // the body is bounded already
                  .build())
          .build();

  private final JsonParser parser;
  private Optional<String> id = Optional.empty();
  private final List<DeclaredTensor> inputs = new ArrayList<>();
  private final List<Wanted> outputs = new ArrayList<>();
  private boolean binary;

  private record Wanted(String name, Optional<Boolean> binary) {}

  private InferRequestReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads one request.
   *
   * @param jsonBytes the length of the JSON in front of the binary section, from {@code
   *     Inference-Header-Content-Length}; absent where all is JSON
   * @throws ProtocolError with status 400 saying what is wrong
   */
  public static InferRequest read(byte[] body, OptionalInt jsonBytes) {
    int length = jsonBytes.orElse(body.length);
    if (length < 0 || length > body.length) {
      throw ProtocolError.badRequest(
          "Inference-Header-Content-Length: %d (expected: 0 to the body's %d bytes)"
              .formatted(length, body.length));
    }
    if (length == 0) {
      throw ProtocolError.badRequest(
          "the body has no JSON; this model takes one of two inputs, so name it: send the inference header");
    }
    try (var parser = JSON.createParser(ObjectReadContext.empty(), body, 0, length)) {
      var reader = new InferRequestReader(parser);
      reader.root();
      return reader.resolve(ByteBuffer.wrap(body, length, body.length - length).slice());
    } catch (JacksonException e) {
      throw ProtocolError.badRequest("the JSON is not understood: " + plain(e));
    }
  }

  private void root() {
    expect(JsonToken.START_OBJECT, parser.nextToken(), "the body");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var field = parser.currentName();
      var value = parser.nextToken();
      switch (field) {
        case "id" -> id = Optional.of(text(value, "id"));
        case "inputs" -> array(value, "inputs", this::input, MAX_INPUTS);
        case "outputs" -> array(value, "outputs", this::output, MAX_OUTPUTS);
        case "parameters" -> parameters(value);
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw ProtocolError.badRequest("there is more after the JSON's end");
    }
  }

  private void parameters(@Nullable JsonToken value) {
    expect(JsonToken.START_OBJECT, value, "parameters");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var field = parser.currentName();
      var token = parser.nextToken();
      if (field.equals("binary_data_output")) {
        binary = bool(token, field);
      }
      parser.skipChildren();
    }
  }

  private void input() {
    var name = "";
    var datatype = "";
    var shape = new ArrayList<Long>();
    long binaryBytes = -1;
    var numbers = new FloatBuilder();
    var texts = new ArrayList<String>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var field = parser.currentName();
      var value = parser.nextToken();
      switch (field) {
        case "name" -> name = text(value, "an input's name");
        case "datatype" -> datatype = text(value, "datatype");
        case "shape" -> array(value, "shape", () -> shape.add(whole("shape")), MAX_NAME_CHARS);
        case "parameters" -> binaryBytes = binarySize(value);
        case "data" -> data(value, numbers, texts);
        default -> parser.skipChildren();
      }
    }
    if (name.isEmpty()) {
      throw ProtocolError.badRequest("input %d has no name".formatted(inputs.size()));
    }
    inputs.add(new DeclaredTensor(name, shape, datatype, binaryBytes, numbers, texts));
  }

  private void data(@Nullable JsonToken value, FloatBuilder numbers, List<String> texts) {
    expect(JsonToken.START_ARRAY, value, "data");
    for (int depth = 1; depth > 0; ) {
      switch (parser.nextToken()) {
        case START_ARRAY -> depth++;
        case END_ARRAY -> depth--;
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> numbers.add((float) parser.getDoubleValue());
        case VALUE_STRING -> texts.add(parser.getString());
        case null, default ->
            throw ProtocolError.badRequest(
                "data has %s (expected: numbers or strings)".formatted(parser.currentToken()));
      }
    }
  }

  private long binarySize(@Nullable JsonToken value) {
    expect(JsonToken.START_OBJECT, value, "parameters");
    long size = -1;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var field = parser.currentName();
      parser.nextToken();
      if (field.equals("binary_data_size")) {
        size = whole(field);
        if (size < 0) {
          throw ProtocolError.badRequest(
              "binary_data_size: %d (expected: 0 or more)".formatted(size));
        }
      } else if (field.startsWith("shared_memory")) {
        throw ProtocolError.badRequest("shared memory is not offered; send the tensor's data");
      }
      parser.skipChildren();
    }
    return size;
  }

  private void output() {
    var name = "";
    Optional<Boolean> form = Optional.empty();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var field = parser.currentName();
      var value = parser.nextToken();
      if (field.equals("name")) {
        name = text(value, "an output's name");
      } else if (field.equals("parameters")) {
        form = form(value);
      } else {
        parser.skipChildren();
      }
    }
    if (name.isEmpty()) {
      throw ProtocolError.badRequest("output %d has no name".formatted(outputs.size()));
    }
    outputs.add(new Wanted(name, form));
  }

  private Optional<Boolean> form(@Nullable JsonToken value) {
    expect(JsonToken.START_OBJECT, value, "parameters");
    Optional<Boolean> form = Optional.empty();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var field = parser.currentName();
      var token = parser.nextToken();
      switch (field) {
        case "binary_data" -> form = Optional.of(bool(token, field));
        case "classification" ->
            throw ProtocolError.badRequest(
                "the classification extension is not offered; ask for the output 'label'");
        default -> parser.skipChildren();
      }
    }
    return form;
  }

  private void array(@Nullable JsonToken value, String what, Runnable element, int most) {
    expect(JsonToken.START_ARRAY, value, what);
    for (int count = 1; parser.nextToken() != JsonToken.END_ARRAY; count++) {
      if (count > most) {
        throw ProtocolError.badRequest(
            "%s: more than %d (expected: at most %d)".formatted(what, most, most));
      }
      if (!what.equals("shape")) {
        expect(JsonToken.START_OBJECT, parser.currentToken(), "each of " + what);
      }
      element.run();
    }
  }

  private long whole(String what) {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw ProtocolError.badRequest(
          "%s: %s (expected: a whole number)".formatted(what, parser.currentToken()));
    }
    return parser.getLongValue();
  }

  private boolean bool(@Nullable JsonToken token, String what) {
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw ProtocolError.badRequest("%s: %s (expected: true or false)".formatted(what, token));
    }
    return token == JsonToken.VALUE_TRUE;
  }

  private String text(@Nullable JsonToken token, String what) {
    if (token != JsonToken.VALUE_STRING || parser.getStringLength() > MAX_NAME_CHARS) {
      throw ProtocolError.badRequest(
          "%s: %s (expected: a string of at most %d characters)"
              .formatted(what, token, MAX_NAME_CHARS));
    }
    return parser.getString();
  }

  private static void expect(JsonToken expected, @Nullable JsonToken actual, String what) {
    if (actual != expected) {
      throw ProtocolError.badRequest("%s: %s (expected: %s)".formatted(what, actual, expected));
    }
  }

  private InferRequest resolve(ByteBuffer section) {
    if (inputs.isEmpty()) {
      throw ProtocolError.badRequest("the request has no inputs");
    }
    var names = new HashSet<String>();
    var tensors = new ArrayList<InputTensor>();
    for (var input : inputs) {
      if (!names.add(input.name())) {
        throw ProtocolError.badRequest(
            "input '%s' comes twice".formatted(Text.excerpt(input.name())));
      }
      tensors.add(input.resolve(section));
    }
    if (section.hasRemaining()) {
      throw ProtocolError.badRequest(
          "the body has %d bytes that no input's binary_data_size claims"
              .formatted(section.remaining()));
    }
    var wanted =
        outputs.stream()
            .map(each -> new InferRequest.Requested(each.name(), each.binary().orElse(binary)))
            .toList();
    return new InferRequest(id, tensors, wanted, binary);
  }

  private static String plain(JacksonException e) {
    var at = e.getLocation();
    return at == null
        ? Text.excerpt(e.getOriginalMessage())
        : "%s (line %d, column %d)"
            .formatted(Text.excerpt(e.getOriginalMessage()), at.getLineNr(), at.getColumnNr());
  }
}
