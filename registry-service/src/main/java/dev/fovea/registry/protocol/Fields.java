package dev.fovea.registry.protocol;

import dev.fovea.kernel.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a call, from its JSON body or its query. A 64-bit number may be written as a number
 * or as text, since protobuf's own JSON writes text; NaN and the infinities are text. What is wrong
 * is said in the words of MLflow, by which its clients' tests look.
 */
public final class Fields {
  private final JsonNode node;
  // Told only when something is wrong, and a batch has a thousand of them.
  private final Supplier<String> prefix;

  private Fields(JsonNode node, Supplier<String> prefix) {
    this.node = node;
    this.prefix = prefix;
  }

  /** The fields of a JSON object. */
  public static Fields of(ObjectNode node) {
    return new Fields(node, () -> "");
  }

  /** The fields of a query string; a name that occurs several times is a list. */
  public static Fields of(Map<String, String[]> query, JsonMapper json) {
    var node = json.createObjectNode();
    query.forEach((name, values) -> {
      if (values.length == 1) {
        node.put(name, values[0]);
      } else {
        var list = node.putArray(name);
        for (var value : values) {
          list.add(value);
        }
      }
    });
    return new Fields(node, () -> "");
  }

  /** A text that must be there and not be empty. */
  public String text(String name) {
    return optionalText(name).filter(value -> !value.isEmpty()).orElseThrow(() -> absent(name));
  }

  /** A text that may be absent. */
  public Optional<String> optionalText(String name) {
    return value(name).map(value -> isText(value) ? value.stringValue() : refuse(name, value));
  }

  /** A run's id, which clients send under its old name, its new name, or both. */
  public String runId() {
    return optionalText("run_id")
        .filter(id -> !id.isEmpty())
        .or(() -> optionalText("run_uuid").filter(id -> !id.isEmpty()))
        .orElseThrow(() -> absent("run_id"));
  }

  /** A whole number that must be there. */
  public long whole(String name) {
    return optionalWhole(name).orElseThrow(() -> absent(name));
  }

  /** A whole number that may be absent. */
  public OptionalLong optionalWhole(String name) {
    var value = value(name).filter(v -> !(v.isString() && v.stringValue().isEmpty()));
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    var number = value.get();
    if (number.isIntegralNumber() && number.canConvertToLong()) {
      return OptionalLong.of(number.longValue());
    }
    try {
      var written = number.isString() ? number.stringValue() : number.toString();
      if (written.length() <= 24) {
        return OptionalLong.of(new BigDecimal(written).longValueExact());
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw invalid(name, number);
    }
    throw invalid(name, number);
  }

  /** How many results a page may have: a positive number, at most {@code most}. */
  public int pageSize(String name, int unset, int most) {
    var size = optionalWhole(name);
    if (size.isEmpty()) {
      return unset;
    }
    if (size.getAsLong() <= 0) {
      throw MlflowError.invalid(
          "Invalid value %d for parameter '%s' supplied. It must be a positive integer."
              .formatted(size.getAsLong(), name));
    }
    if (size.getAsLong() > most) {
      throw MlflowError.invalid(
          "Invalid value %d for parameter '%s' supplied. It must be at most %d."
              .formatted(size.getAsLong(), name, most));
    }
    return (int) size.getAsLong();
  }

  /** A small whole number that may be absent. */
  public OptionalInt optionalInt(String name) {
    var value = optionalWhole(name);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.getAsLong() != (int) value.getAsLong()) {
      throw invalid(name, value(name).orElseThrow());
    }
    return OptionalInt.of((int) value.getAsLong());
  }

  /** A number that must be there; also NaN and the infinities. */
  public double number(String name) {
    var value = value(name).orElseThrow(() -> absent(name));
    if (value.isNumber()) {
      return value.doubleValue();
    }
    if (!value.isString() || value.stringValue().length() > 400) {
      throw invalid(name, value);
    }
    try {
      return Double.parseDouble(value.stringValue());
    } catch (NumberFormatException e) {
      throw invalid(name, value);
    }
  }

  /** Whether a flag is set; in a query it is a text. */
  public boolean flag(String name) {
    var value = value(name);
    if (value.isEmpty()) {
      return false;
    }
    return switch (value.get().asString("").toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> refuse(name, value.get());
    };
  }

  /** A list of objects; empty where it is absent. */
  public List<Fields> objects(String name) {
    var found = new ArrayList<Fields>();
    for (var item : array(name)) {
      int place = found.size();
      if (!item.isObject()) {
        throw invalid("%s%s[%d]".formatted(prefix.get(), name, place), item);
      }
      found.add(new Fields(item, () -> "%s%s[%d].".formatted(prefix.get(), name, place)));
    }
    return found;
  }

  /** A list of texts; empty where it is absent. */
  public List<String> texts(String name) {
    var found = new ArrayList<String>();
    for (var item : array(name)) {
      if (!isText(item)) {
        throw invalid(name, item);
      }
      found.add(item.stringValue());
    }
    return found;
  }

  /** A list of texts that must be there and not be empty. */
  public List<String> someTexts(String name) {
    var found = texts(name);
    if (found.isEmpty()) {
      throw absent(name);
    }
    return found;
  }

  /** An object that may be absent. */
  public Optional<Fields> object(String name) {
    return value(name)
        .map(value ->
            value.isObject()
                ? new Fields(value, () -> prefix.get() + name + ".")
                : refuse(name, value));
  }

  /** Whether the field is there at all. */
  public boolean has(String name) {
    return value(name).isPresent();
  }

  private Iterable<JsonNode> array(String name) {
    var value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    // A list of one in a query looks like a single value.
    return value.get().isArray()
        ? value.get()
        : value.get().isString() ? List.of(value.get()) : refuse(name, value.get());
  }

  private Optional<JsonNode> value(String name) {
    return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
  }

  /** PostgreSQL stores every character but U+0000. */
  private static boolean isText(JsonNode value) {
    return value.isString() && value.stringValue().indexOf('\0') < 0;
  }

  private MlflowError absent(String name) {
    return MlflowError.invalid(
        "Missing value for required parameter '%s%s'. See the API docs for more information about request parameters."
            .formatted(prefix.get(), name));
  }

  private <T> T refuse(String name, JsonNode value) {
    throw invalid(name, value);
  }

  private MlflowError invalid(String name, JsonNode value) {
    return MlflowError.invalid(
        "Invalid value %s for parameter '%s%s' supplied:  Hint: Value was of type '%s'. See the API docs for more information about request parameters."
            .formatted(Text.excerpt(value.toString()), prefix.get(), name, pythonType(value)));
  }

  private static String pythonType(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING, BINARY -> "str";
      case NUMBER -> value.isIntegralNumber() ? "int" : "float";
      case BOOLEAN -> "bool";
      case ARRAY -> "list";
      case OBJECT, POJO -> "dict";
      case NULL, MISSING -> "NoneType";
    };
  }
}
