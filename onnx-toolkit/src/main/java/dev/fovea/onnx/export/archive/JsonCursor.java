package dev.fovea.onnx.export.archive;

import dev.fovea.kernel.Text;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Walks a JSON document once, value by value, within limits, without building a tree. A handler is
 * called with the cursor on a value and must take it whole, by one of the methods here.
 */
final class JsonCursor {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_STRING_CHARS = 1 << 20;
  private static final int MAX_NAME_CHARS = 4096;
  private static final int MAX_NUMBER_CHARS = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_STRING_CHARS)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final JsonParser parser;
  private final int maxItems;
  private int items;

  private JsonCursor(JsonParser parser, int maxItems) {
    this.parser = parser;
    this.maxItems = maxItems;
  }

  /** Walks a whole document whose root is an object. */
  static void walk(String file, ByteBuffer bytes, int maxItems, Consumer<JsonCursor> root) {
    try (var parser =
        JSON.createParser(
            ObjectReadContext.empty(), bytes.array(), bytes.arrayOffset(), bytes.remaining())) {
      parser.nextToken();
      root.accept(new JsonCursor(parser, maxItems));
      if (parser.nextToken() != null) {
        throw UnreadablePt2.program("'%s' goes on after its end", Text.excerpt(file));
      }
    } catch (StreamConstraintsException e) {
      throw UnreadablePt2.program(
          "'%s': %s", Text.excerpt(file), Text.excerpt(e.getOriginalMessage()));
    } catch (JacksonException e) {
      // Only the place: the text may hold paths of the machine that exported the program.
      throw UnreadablePt2.program(
          "'%s' is not the JSON expected near byte %d",
          Text.excerpt(file), e.getLocation() == null ? 0 : e.getLocation().getByteOffset());
    }
  }

  /** Visits the fields of an object. */
  void object(Consumer<String> field) {
    expect(JsonToken.START_OBJECT);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      item();
      var name = parser.currentName();
      parser.nextToken();
      field.accept(name);
    }
  }

  /** Visits the fields of an object; passes over a value of another kind. */
  void objectIfAny(Consumer<String> field) {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      object(field);
    } else {
      skip();
    }
  }

  /** Visits the one field of a union; a {@code null} in place of it is refused. */
  void union(Consumer<String> variant) {
    var seen = new int[1];
    object(tag -> {
      if (++seen[0] > 1) {
        throw unexpected("a union with one tag");
      }
      variant.accept(tag);
    });
    if (seen[0] == 0) {
      throw unexpected("a union with one tag");
    }
  }

  /** Visits the elements of an array. */
  void array(Runnable element) {
    expect(JsonToken.START_ARRAY);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      item();
      element.run();
    }
  }

  long integer() {
    expect(JsonToken.VALUE_NUMBER_INT);
    return parser.getLongValue();
  }

  /** A number, or one of the three texts by which PyTorch writes what JSON has no numbers for. */
  double real() {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return switch (parser.getString()) {
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        case "NaN" -> Double.NaN;
        default -> throw unexpected("a number");
      };
    }
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      expect(JsonToken.VALUE_NUMBER_FLOAT);
    }
    double value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw unexpected("a finite number");
    }
    return value;
  }

  String text() {
    expect(JsonToken.VALUE_STRING);
    return parser.getString();
  }

  /** A text; empty, and passed over, if the value is of another kind. */
  Optional<String> textIfAny() {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return Optional.of(parser.getString());
    }
    skip();
    return Optional.empty();
  }

  boolean bool() {
    if (parser.currentToken() != JsonToken.VALUE_TRUE) {
      expect(JsonToken.VALUE_FALSE);
      return false;
    }
    return true;
  }

  boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** Passes over a value of any kind, still within the limits. */
  void skip() {
    parser.skipChildren();
  }

  UnreadablePt2 unexpected(String expected) {
    return UnreadablePt2.program(
        "JSON %s near byte %d (expected: %s)",
        parser.currentToken(), parser.currentTokenLocation().getByteOffset(), expected);
  }

  private void expect(JsonToken token) {
    if (parser.currentToken() != token) {
      throw unexpected(token.name());
    }
  }

  private void item() {
    if (++items > maxItems) {
      throw UnreadablePt2.tooLarge("more than %d values in one JSON file", maxItems);
    }
  }
}
