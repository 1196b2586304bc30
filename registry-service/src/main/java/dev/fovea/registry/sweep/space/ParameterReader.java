package dev.fovea.registry.sweep.space;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads one parameter. */
final class ParameterReader {
  private static final int MOST_CHOICES = 1_000;
  private static final int MOST_CHOICE_CHARS = 500;
  private static final long MOST_STEPS = 1_000_000_000;
  // Halves of a step and their logarithms are still told apart here.
  private static final long MOST_WHOLE = 1_000_000_000_000L;
  private static final double MOST_REAL = 1e100;
  private static final double LEAST_REAL = 1e-100;
  private static final double LEAST_WIDTH = 1e-12;
  private static final String FIX_BOUNDS = "correct the bounds";
  private static final Set<String> RANGE = Set.of("type", "low", "high", "log", "step");
  private static final Set<String> CHOICE = Set.of("type", "choices");

  private final JsonNode node;
  private final String field;

  private ParameterReader(JsonNode node, String field) {
    this.node = node;
    this.field = field;
  }

  static Parameter read(JsonNode node, String field) {
    if (!node.isObject()) {
      throw refusal(field, node, "an object with type, and low and high or choices");
    }
    var reader = new ParameterReader(node, field);
    var type = node.path("type");
    return switch (type.isString() ? type.stringValue() : "") {
      case "float" -> reader.real();
      case "int" -> reader.whole();
      case "categorical" -> reader.choice();
      default -> throw refusal(field + ".type", type, "\"float\", \"int\" or \"categorical\"");
    };
  }

  private RealParameter real() {
    only(RANGE);
    double low = real("low");
    double high = real("high");
    boolean log = flag("log");
    ordered(low <= high, low, high);
    if (log && low <= 0) {
      throw refusal(field + ".low", node.get("low"), "above 0, since log is true");
    }
    if (low != high && width(low, high, log) < LEAST_WIDTH) {
      throw new InvalidRequest(
          "%s: %s to %s is too narrow to tell values apart".formatted(field, low, high),
          "widen the range, or give one value as both low and high");
    }
    if (isAbsent("step")) {
      return new RealParameter(low, high, log, OptionalDouble.empty());
    }
    double step = real("step");
    if (log) {
      throw refusal(field + ".step", node.get("step"), "none, since log is true");
    }
    if (step <= 0) {
      throw refusal(field + ".step", node.get("step"), "above 0");
    }
    steps((high - low) / step);
    return new RealParameter(low, high, false, OptionalDouble.of(step));
  }

  /** The range's width against the size of what is in it. */
  private static double width(double low, double high, boolean log) {
    return log ? Math.log(high / low) : (high - low) / Math.max(Math.abs(low), Math.abs(high));
  }

  private WholeParameter whole() {
    only(RANGE);
    long low = whole("low");
    long high = whole("high");
    boolean log = flag("log");
    ordered(low <= high, low, high);
    if (log && low < 1) {
      throw refusal(field + ".low", node.get("low"), "at least 1, since log is true");
    }
    long step = isAbsent("step") ? 1 : whole("step");
    if (step < 1) {
      throw refusal(field + ".step", node.get("step"), "at least 1");
    }
    if (log && step != 1) {
      throw refusal(field + ".step", node.get("step"), "1 or none, since log is true");
    }
    return new WholeParameter(low, high, log, step);
  }

  private ChoiceParameter choice() {
    only(CHOICE);
    var written = node.path("choices");
    if (!written.isArray() || written.isEmpty() || written.size() > MOST_CHOICES) {
      throw refusal(
          field + ".choices",
          written,
          "a list of 1 to %d%s"
              .formatted(MOST_CHOICES, written.isArray() ? ", got " + written.size() : " choices"));
    }
    List<Object> choices = new ArrayList<>();
    var seen = new HashSet<String>();
    for (var choice : written) {
      var at = "%s.choices[%d]".formatted(field, choices.size());
      choices.add(scalar(choice, at));
      // As a script gets it, in a command's arguments or MLflow's parameters: all are texts there.
      if (!seen.add(String.valueOf(choices.getLast()))) {
        throw refusal(at, choice, "no choice that is written as another is");
      }
    }
    return new ChoiceParameter(choices);
  }

  private static Object scalar(JsonNode choice, String at) {
    if (choice.isBoolean()) {
      return choice.booleanValue();
    }
    if (choice.isIntegralNumber() && choice.canConvertToLong()) {
      return choice.longValue();
    }
    if (choice.isNumber() && Double.isFinite(choice.doubleValue())) {
      return choice.doubleValue();
    }
    if (choice.isString()) {
      var text = choice.stringValue();
      if (text.length() <= MOST_CHOICE_CHARS
          && text.indexOf('\0') < 0
          && StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        return text;
      }
    }
    throw refusal(
        at,
        choice,
        "a number, true, false, or text of at most %d characters, whole ones and none U+0000"
            .formatted(MOST_CHOICE_CHARS));
  }

  private double real(String name) {
    var value = node.path(name);
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    double size = Math.abs(number);
    if (number != 0 && !(size >= LEAST_REAL && size <= MOST_REAL)) {
      throw refusal(
          at(name),
          value,
          "a number, 0 or of a size from %s to %s".formatted(LEAST_REAL, MOST_REAL));
    }
    return number;
  }

  private long whole(String name) {
    var value = node.path(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || Math.abs(value.longValue()) > MOST_WHOLE) {
      throw refusal(
          at(name), value, "a whole number from -%d to %d".formatted(MOST_WHOLE, MOST_WHOLE));
    }
    return value.longValue();
  }

  private boolean flag(String name) {
    if (isAbsent(name)) {
      return false;
    }
    var value = node.get(name);
    if (!value.isBoolean()) {
      throw refusal(at(name), value, "true or false");
    }
    return value.booleanValue();
  }

  /** As JSON writers leave out what is not set, or write null for it. */
  private boolean isAbsent(String name) {
    return !node.hasNonNull(name);
  }

  private void ordered(boolean holds, Number low, Number high) {
    if (!holds) {
      throw new InvalidRequest(
          "%s: low %s, high %s (expected: low at most high)".formatted(field, low, high),
          FIX_BOUNDS);
    }
  }

  private void steps(double count) {
    if (count > MOST_STEPS) {
      throw new InvalidRequest(
          "%s: %.0f steps (expected: at most %d)".formatted(field, count, MOST_STEPS),
          "give a larger step, or none");
    }
  }

  private void only(Set<String> known) {
    for (var name : node.propertyNames()) {
      if (!known.contains(name)) {
        throw new InvalidRequest(
            "%s.%s: unknown (expected: %s)"
                .formatted(field, Text.excerpt(name), known.stream().sorted().toList()),
            "remove it, or correct its name");
      }
    }
  }

  private String at(String name) {
    return field + "." + name;
  }

  private static InvalidRequest refusal(String at, JsonNode value, String expected) {
    return new InvalidRequest(
        "%s: %s (expected: %s)"
            .formatted(at, value.isMissingNode() ? "absent" : SpaceReader.excerpt(value), expected),
        "correct the parameter");
  }
}
