package dev.fovea.teamfile;

import dev.fovea.kernel.Text;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How single values are written. Each reader throws IllegalArgumentException with what is there and
 * what was expected.
 */
final class Values {
  /** The measures, as they are written. */
  static final String MEASURES = measures(_ -> true);

  /** Those that are shares. */
  static final String SHARES = measures(measure -> measure.ofClasses() || measure.ofObjects());

  /** Those whose drop from fp32 to int8 can be limited. */
  static final String COMPARED =
      measures(measure -> (measure.ofClasses() || measure.ofObjects()) && !measure.underFault());

  /** Those of a classifier's answers. */
  static final String OF_CLASSES = measures(Gate.Measure::ofClasses);

  /** Those of a detector's answers. */
  static final String OF_OBJECTS = measures(Gate.Measure::ofObjects);

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d{1,15}(\\.\\d{1,15})?([eE][+-]?\\d{1,2})?");
  private static final Pattern QUANTITY =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?([a-zA-Zµ%]{1,3})");
  private static final Pattern STRENGTH =
      Pattern.compile("([+-]?\\d{1,9}(?:\\.\\d{1,9})?) ?(%|px)");
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,9}) ?([smhd])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Pattern FRACTION =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)/(\\d{1,9}(?:\\.\\d{1,9})?)");
  private static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}\\\\:]{1,500}\\.dvc");
  private static final Map<String, Double> MILLIS =
      Map.of("us", 1e-3, "µs", 1e-3, "ms", 1.0, "s", 1e3);
  private static final Map<String, Double> MEBIBYTES =
      Map.of("B", 1.0 / (1 << 20), "KiB", 1.0 / (1 << 10), "MiB", 1.0, "GiB", 1024.0);

  private Values() {}

  private static String measures(Predicate<Gate.Measure> which) {
    return Arrays.stream(Gate.Measure.values())
        .filter(which)
        .map(Gate.Measure::written)
        .collect(Collectors.joining(", "));
  }

  static String described(Yaml value) {
    return switch (value) {
      case Yaml.Scalar scalar when scalar.text().isEmpty() -> "empty";
      case Yaml.Scalar scalar -> quoted(scalar.text());
      case Yaml.Sequence _ -> "a list";
      case Yaml.Mapping _ -> "a mapping";
    };
  }

  /** One of an enum's constants, in lower case with hyphens. */
  static <E extends Enum<E>> Function<String, E> oneOf(Class<E> type) {
    return text ->
        Arrays.stream(type.getEnumConstants())
            .filter(constant -> written(constant).equals(text))
            .findFirst()
            .orElseThrow(() ->
                expected(
                    text,
                    "one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(Values::written)
                            .collect(Collectors.joining(", "))));
  }

  static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Gate.Measure measure(String text) {
    return Arrays.stream(Gate.Measure.values())
        .filter(measure -> measure.written().equals(text))
        .findFirst()
        .orElseThrow(() -> expected(text, "one of " + MEASURES));
  }

  /** This word and no other. */
  static Function<String, String> exactly(String only) {
    return text -> {
      if (!text.equals(only)) {
        throw expected(text, "'%s', the only one in this version".formatted(only));
      }
      return text;
    };
  }

  static Function<String, String> text(int limit) {
    return text -> {
      if (text.isBlank()
          || text.length() > limit
          || text.chars().anyMatch(Character::isISOControl)) {
        throw expected(text, "1 to %d characters on one line".formatted(limit));
      }
      return text;
    };
  }

  /** A {@code .dvc} file inside the repository. */
  static String path(String text) {
    if (!PATH.matcher(text).matches()
        || text.startsWith("/")
        || Arrays.stream(text.split("/", -1))
            .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
      throw expected(text, "the path of a .dvc file in the repository, such as data/digits.dvc");
    }
    return text;
  }

  static Function<String, Integer> integer(int least, int most) {
    return text -> Math.toIntExact(whole(text, least, most));
  }

  static long whole(String text, long least, long most) {
    if (text.matches("-?\\d{1,18}")) {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw expected(text, "a whole number, %d to %d".formatted(least, most));
  }

  /** A number in these bounds; both belong to them. */
  static Function<String, Double> number(double least, double most) {
    return text -> bounded(text, plain(text, "a number"), least, most, "a number");
  }

  /** A share: {@code 0.9} or {@code 90%}. */
  static Function<String, Double> share(double least, double most) {
    return text -> {
      var kind = "a share such as 0.9 or 90%";
      var matcher = QUANTITY.matcher(text);
      double value =
          matcher.matches() && matcher.group(2).equals("%")
              ? Double.parseDouble(matcher.group(1)) / 100
              : plain(text, kind);
      return bounded(text, value, least, most, kind);
    };
  }

  /**
   * A difference of shares: {@code 0.6pp} (percentage points) or {@code 0.006}; a bare percent sign
   * could mean either.
   */
  static double drop(String text) {
    return drop(text, -1);
  }

  /** The same, not below 0. */
  static Function<String, Double> positiveDrop() {
    return text -> drop(text, 0);
  }

  private static double drop(String text, double least) {
    var kind = "a difference such as 0.6pp or 0.006";
    var matcher = QUANTITY.matcher(text);
    double value =
        matcher.matches() && matcher.group(2).equals("pp")
            ? Double.parseDouble(matcher.group(1)) / 100
            : plain(text, kind);
    return bounded(text, value, least, 1, kind);
  }

  /** How strong a fault is: {@code -40%} or {@code -0.4} of a share, {@code 2px} or {@code 2}. */
  static Function<String, Double> strength(Sweep.Kind kind) {
    boolean isShare = kind.unit().isEmpty();
    var unit = isShare ? "%" : kind.unit();
    return text -> {
      var matcher = STRENGTH.matcher(text);
      boolean hasUnit = matcher.matches() && matcher.group(2).equals(unit);
      if (!hasUnit && !NUMBER.matcher(text).matches()) {
        throw expected(text, strengths(kind));
      }
      double value =
          hasUnit
              ? Double.parseDouble(matcher.group(1)) / (isShare ? 100 : 1)
              : Double.parseDouble(text);
      if (!kind.has(value)) {
        throw expected(text, strengths(kind));
      }
      return value == 0 ? 0 : value; // -0% is 0%
    };
  }

  private static String strengths(Sweep.Kind kind) {
    return "a strength of %s, %s to %s"
        .formatted(kind.written(), shown(kind, kind.least()), shown(kind, kind.most()));
  }

  /** A strength as one would write it. */
  static String shown(Sweep.Kind kind, double strength) {
    return kind.unit().isEmpty()
        ? shown(Math.rint(strength * 1e9) / 1e7) + "%"
        : shown(strength) + kind.unit();
  }

  /** A traffic share of whole percents: {@code 5%}. */
  static int percent(String text) {
    return percentAtMost(99).apply(text);
  }

  /** A share of whole percents, 1 to this many. */
  static Function<String, Integer> percentAtMost(int most) {
    return text -> {
      if (!text.matches("\\d{1,3}%")) {
        throw expected(text, "a whole percentage such as 5%");
      }
      return Math.toIntExact(whole(text.substring(0, text.length() - 1), 1, most));
    };
  }

  /** Milliseconds: {@code 30ms}, {@code 1.5 s}, {@code 800us}. */
  static double millis(String text) {
    return quantity(text, MILLIS, "a time such as 30ms (us, ms or s)");
  }

  /** A length of time: {@code 90s}, {@code 30m}, {@code 1h}, {@code 2d}, or {@code 0} for none. */
  static Function<String, Duration> length(Duration most) {
    return text -> {
      var kind =
          "a length of time such as 30m (s, m, h or d), 0 for none, at most %d d"
              .formatted(most.toDays());
      var matcher = LENGTH.matcher(text);
      if (text.equals("0")) {
        return Duration.ZERO;
      }
      var unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
      if (unit == null) {
        throw expected(text, kind);
      }
      var length = unit.multipliedBy(Long.parseLong(matcher.group(1)));
      if (length.compareTo(most) > 0) {
        throw expected(text, kind);
      }
      return length;
    };
  }

  /** Mebibytes: {@code 25 MiB}, {@code 512KiB}, {@code 2 GiB}. */
  static double mebibytes(String text) {
    return quantity(text, MEBIBYTES, "a size such as 25 MiB (B, KiB, MiB or GiB)");
  }

  /** A factor above 0: {@code 0.5}, {@code 1/255}. */
  static double factor(String text) {
    var kind = "a number above 0 such as 1/255";
    var matcher = FRACTION.matcher(text);
    double value =
        matcher.matches()
            ? Double.parseDouble(matcher.group(1)) / Double.parseDouble(matcher.group(2))
            : plain(text, kind);
    return bounded(text, value, Double.MIN_VALUE, 1e9, kind);
  }

  /** As YAML writes it: {@code true} or {@code false}. */
  static boolean yesOrNo(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw expected(text, "true or false");
    };
  }

  static IllegalArgumentException expected(String found, String expected) {
    return new IllegalArgumentException("%s (expected: %s)".formatted(quoted(found), expected));
  }

  private static double quantity(String text, Map<String, Double> units, String kind) {
    var matcher = QUANTITY.matcher(text);
    var unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null) {
      throw expected(text, kind);
    }
    return bounded(text, Double.parseDouble(matcher.group(1)) * unit, Double.MIN_VALUE, 1e9, kind);
  }

  private static double plain(String text, String kind) {
    if (!NUMBER.matcher(text).matches()) {
      throw expected(text, kind);
    }
    return Double.parseDouble(text);
  }

  private static double bounded(String text, double value, double least, double most, String kind) {
    if (!(value >= least && value <= most)) {
      throw expected(
          text,
          least == Double.MIN_VALUE
              ? kind + ", above 0"
              : "%s, %s to %s".formatted(kind, shown(least), shown(most)));
    }
    return value;
  }

  private static String shown(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e15
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }

  private static String quoted(String text) {
    return "'%s'".formatted(Text.excerpt(text));
  }
}
