package dev.fovea.registry.sweep;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of a call, read strictly: what is not known is refused. */
final class Body {
  private static final int LIMIT_BYTES = 512 * 1024;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(400)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final String FIX = "correct the field";

  private final JsonNode node;
  private final String prefix;

  private Body(JsonNode node, String prefix, List<String> known) {
    this.node = node;
    this.prefix = prefix;
    if (!node.isObject()) {
      throw new InvalidRequest(
          "%s: %s (expected: an object)"
              .formatted(
                  prefix.isEmpty() ? "body" : prefix.substring(0, prefix.length() - 1),
                  Text.excerpt(node.toString())),
          FIX);
    }
    for (var name : node.propertyNames()) {
      if (!known.contains(name)) {
        throw new InvalidRequest(
            "%s%s: unknown (expected: %s)".formatted(prefix, Text.excerpt(name), known),
            "remove it, or correct its name");
      }
    }
  }

  /** The body of a request: a JSON object of at most 512 KiB. */
  static Body of(HttpServletRequest request, String... known) throws IOException {
    var bytes = request.getInputStream().readNBytes(LIMIT_BYTES + 1);
    if (bytes.length > LIMIT_BYTES) {
      throw new InvalidRequest("body: more than %d bytes".formatted(LIMIT_BYTES), "send less");
    }
    try {
      return new Body(JSON.readTree(bytes), "", List.of(known));
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }

  /** One that was kept. */
  static Body parse(String json, String... known) {
    try {
      return new Body(JSON.readTree(json), "", List.of(known));
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }

  private static InvalidRequest notJson(JacksonException e) {
    return new InvalidRequest(
        "body: not JSON: " + Text.excerpt(String.valueOf(e.getOriginalMessage())),
        "send an object that names each field once");
  }

  /** As it may be kept. */
  String json() {
    return node.toString();
  }

  /** A field as it is; of the kind that JSON calls missing where it is absent. */
  JsonNode node(String name) {
    return node.path(name);
  }

  /** An object that may be absent. */
  Optional<Body> object(String name, String... known) {
    return isAbsent(name)
        ? Optional.empty()
        : Optional.of(new Body(node.get(name), prefix + name + ".", List.of(known)));
  }

  /** Text of 1 to so many characters without control characters. */
  String text(String name, int most) {
    var value = node.path(name);
    var text = value.isString() ? value.stringValue() : "";
    if (text.isBlank()
        || text.length() > most
        || text.chars().anyMatch(Character::isISOControl)
        || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw refusal(name, "1 to %d characters, none of them a control character".formatted(most));
    }
    return text;
  }

  /** A whole number within bounds, both inclusive. */
  long whole(String name, long least, long most) {
    var value = node.path(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw refusal(name, "a whole number from %d to %d".formatted(least, most));
    }
    return value.longValue();
  }

  /** The same where it may be absent. */
  OptionalLong optionalWhole(String name, long least, long most) {
    return isAbsent(name) ? OptionalLong.empty() : OptionalLong.of(whole(name, least, most));
  }

  /** A number; NaN and the infinities are text, as MLflow writes them. */
  double number(String name) {
    var value = node.path(name);
    if (value.isNumber()) {
      return value.doubleValue();
    }
    return switch (value.isString() ? value.stringValue() : "") {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw refusal(name, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
    };
  }

  /** One of an enumeration's names, in lower case. */
  <E extends Enum<E>> E one(String name, Class<E> type) {
    var value = node.path(name);
    var constants = type.getEnumConstants();
    return Arrays.stream(constants)
        .filter(one -> value.isString() && lower(one).equals(value.stringValue()))
        .findFirst()
        .orElseThrow(
            () -> refusal(name, "one of " + Arrays.stream(constants).map(Body::lower).toList()));
  }

  /** Whether there is no such field, or null. */
  boolean isAbsent(String name) {
    return !node.hasNonNull(name);
  }

  /** What is wrong with a field. */
  InvalidRequest refusal(String name, String expected) {
    var value = node.path(name);
    return new InvalidRequest(
        "%s%s: %s (expected: %s)"
            .formatted(
                prefix,
                name,
                value.isMissingNode() ? "absent" : Text.excerpt(value.toString()),
                expected),
        FIX);
  }

  private static String lower(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }
}
