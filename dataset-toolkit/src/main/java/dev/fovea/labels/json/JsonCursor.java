package dev.fovea.labels.json;

import dev.fovea.kernel.Text;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads a JSON file value by value. NaN and Infinity are numbers, as Python's {@code json} writes
 * them. Each reading method expects the value at which the cursor stands, and leaves it at its end.
 */
public final class JsonCursor {
  private static final int MAX_STRING_CHARS = 32 << 20;
  private static final int MAX_NAME_CHARS = 1024;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_CHARS = 100;
  private static final int MAX_ATTRIBUTES = 1_000;
  private static final int MAX_ATTRIBUTE_CHARS = 64 << 10;
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxStringLength(MAX_STRING_CHARS)
          .maxNameLength(MAX_NAME_CHARS)
          .maxNumberLength(MAX_NUMBER_CHARS)
          .build();
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(LIMITS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final JsonParser parser;
  private final String file;

  private JsonCursor(JsonParser parser, String file) {
    this.parser = parser;
    this.file = file;
  }

  /** Reads something at the cursor. */
  @FunctionalInterface
  public interface Reading {
    void read(JsonCursor json) throws IOException, LabelMistake;
  }

  /** Reads a field's value; {@link #skip} where it is not wanted. */
  @FunctionalInterface
  public interface Field {
    void read(String name) throws IOException, LabelMistake;
  }

  /** Reads an entry of a list. */
  @FunctionalInterface
  public interface Entry {
    void read() throws IOException, LabelMistake;
  }

  /**
   * Opens a file that holds one JSON value.
   *
   * @throws LabelMistake when it is not there, is no JSON, or what the reading throws
   */
  public static void read(LabelSource source, String file, Reading reading)
      throws IOException, LabelMistake {
    try (var bytes = source.open(file);
        var parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      var cursor = new JsonCursor(parser, file);
      parser.nextToken();
      if (parser.currentLocation().getByteOffset() < 0) {
        throw new LabelMistake(file, 1, "is not in UTF-8 (expected: as RFC 8259 has it)");
      }
      reading.read(cursor);
      if (parser.nextToken() != null) {
        throw cursor.mistake("something follows the JSON value (expected: the end)");
      }
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
      throw new LabelMistake(file, line, "no JSON: " + Text.excerpt(e.getOriginalMessage()));
    }
  }

  /** Reads an object, field by field. */
  public void object(Field field) throws IOException, LabelMistake {
    require(parser.currentToken() == JsonToken.START_OBJECT, "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      parser.nextToken();
      field.read(name);
    }
  }

  /** Reads a list, entry by entry. */
  public void list(Entry entry) throws IOException, LabelMistake {
    require(parser.currentToken() == JsonToken.START_ARRAY, "a list");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken() != null, "the end of the list");
      entry.read();
    }
  }

  /** Reads a list of at most so many entries. */
  public void list(int most, Entry entry) throws IOException, LabelMistake {
    var left = new int[] {most};
    list(() -> {
      if (left[0]-- == 0) {
        throw mistake("more than %d entries".formatted(most));
      }
      entry.read();
    });
  }

  public void skip() {
    parser.skipChildren();
  }

  /**
   * Hands on all texts, numbers and truths in a value, each as text behind the names that lead to
   * it, such as {@code annotations[].bbox[]}.
   */
  public void values(String place, BiConsumer<String, String> each)
      throws IOException, LabelMistake {
    if (isObject()) {
      object(name -> values(place.isEmpty() ? name : place + "." + name, each));
    } else if (isList()) {
      list(() -> values(place + "[]", each));
    } else if (!isNull()) {
      require(parser.currentToken() != null, "a value");
      each.accept(place, parser.getString());
    }
  }

  public boolean isList() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  public boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  public boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  public boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  public String text() throws LabelMistake {
    require(isText(), "text");
    return parser.getString();
  }

  /** A number; NaN for null. */
  public double number() throws LabelMistake {
    if (isNull()) {
      return Double.NaN;
    }
    require(parser.currentToken().isNumeric(), "a number");
    return parser.getDoubleValue();
  }

  /** A whole number; one with a point is fine while nothing stands behind it. */
  public long whole() throws LabelMistake {
    require(parser.currentToken() != null && parser.currentToken().isNumeric(), "a whole number");
    double value = parser.getDoubleValue();
    require(value == Math.rint(value) && Math.abs(value) < 0x1p63, "a whole number");
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        ? parser.getLongValue()
        : (long) value;
  }

  /** True, false, or a number that is or is not 0. */
  public boolean flag() throws LabelMistake {
    if (parser.currentToken() == JsonToken.VALUE_TRUE
        || parser.currentToken() == JsonToken.VALUE_FALSE) {
      return parser.getBooleanValue();
    }
    return whole() != 0;
  }

  /** A list of at most so many numbers. */
  public double[] numbers(int most) throws IOException, LabelMistake {
    var numbers =
        new Object() {
          double[] values = new double[8];
          int count;
        };
    list(() -> {
      require(numbers.count < most, "at most %d numbers".formatted(most));
      if (numbers.count == numbers.values.length) {
        numbers.values = Arrays.copyOf(numbers.values, 2 * numbers.count);
      }
      numbers.values[numbers.count++] = number();
    });
    return Arrays.copyOf(numbers.values, numbers.count);
  }

  /**
   * An object of plain values, as {@link dev.fovea.labels.Annotation#attributes} has them.
   *
   * @param lost told the name of each field that is null, nested, not finite or of more than 65,536
   *     characters, and so left out
   */
  public Map<String, Object> attributes(Consumer<String> lost) throws IOException, LabelMistake {
    var attributes = new TreeMap<String, Object>();
    object(name -> {
      require(
          attributes.size() < MAX_ATTRIBUTES, "at most %d attributes".formatted(MAX_ATTRIBUTES));
      switch (parser.currentToken()) {
        case VALUE_STRING -> {
          if (parser.getStringLength() <= MAX_ATTRIBUTE_CHARS) {
            attributes.put(name, parser.getString());
          } else {
            lost.accept(name);
          }
        }
        case VALUE_TRUE, VALUE_FALSE -> attributes.put(name, parser.getBooleanValue());
        case VALUE_NUMBER_INT -> attributes.put(name, wholeOrReal());
        case VALUE_NUMBER_FLOAT -> {
          double value = parser.getDoubleValue();
          if (Double.isFinite(value)) {
            attributes.put(name, value);
          } else {
            lost.accept(name);
          }
        }
        default -> {
          parser.skipChildren();
          lost.accept(name);
        }
      }
    });
    return attributes;
  }

  private Object wholeOrReal() {
    return switch (parser.getNumberType()) {
      case INT, LONG -> (Object) parser.getLongValue();
      default -> parser.getDoubleValue();
    };
  }

  /** The value as JSON text, numbers as they stand; absent where that is about this long. */
  public Optional<String> raw(int mostChars) throws LabelMistake {
    var text = new StringWriter();
    int left = mostChars;
    int depth = 0;
    try (var copy = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      do {
        var token = parser.currentToken();
        require(token != null, "a value");
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        left = Math.max(0, left - parser.getStringLength() - 1);
        if (left > 0 && token.isNumeric()) {
          copy.writeNumber(parser.getString());
        } else if (left > 0) {
          copy.copyCurrentEvent(parser);
        }
      } while (depth > 0 && parser.nextToken() != null);
    }
    return left > 0 ? Optional.of(text.toString()) : Optional.empty();
  }

  /** Whether the value is a number without a point. */
  public boolean isWhole() {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
  }

  /** How many bytes of the file lie before the end of the current value. */
  public long bytes() {
    return Math.max(0, parser.currentLocation().getByteOffset());
  }

  /** The line of the current value, from 1. */
  public int line() {
    return Math.max(0, parser.currentTokenLocation().getLineNr());
  }

  public String file() {
    return file;
  }

  /** A mistake at the current value, with its place in the file. */
  public LabelMistake mistake(String text) {
    return new LabelMistake(
        file,
        line(),
        "%s: %s"
            .formatted(Text.excerpt(parser.streamReadContext().pathAsPointer().toString()), text));
  }

  private void require(boolean fine, String expected) throws LabelMistake {
    if (!fine) {
      var token = parser.currentToken();
      var found =
          token == null
              ? "the end of the file"
              : token.isScalarValue() ? parser.getString() : token.asString();
      throw mistake("%s (expected: %s)".formatted(Text.excerpt(String.valueOf(found)), expected));
    }
  }
}
