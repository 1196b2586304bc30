package dev.fovea.labels;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Arithmetic on coordinates as their files write them. In binary 0.1 + 0.2 - 0.1 is not 0.2; here
 * it is, since decimals of at most 15 significant digits have each a double of their own. A result
 * of more digits is that of binary arithmetic.
 */
public final class Decimals {
  private static final int SHORT = 15;
  private static final int MAX_CHARS = 400;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");
  private static final double EXACT = 1L << 53;

  private Decimals() {}

  public static double plus(double a, double b) {
    return simple(a, b) ? a + b : shortOr(decimal(a).add(decimal(b)), a + b);
  }

  public static double minus(double a, double b) {
    return simple(a, b) ? a - b : shortOr(decimal(a).subtract(decimal(b)), a - b);
  }

  /**
   * The length that {@link #plus} adds to {@code from} to reach {@code to}: the difference, or the
   * neighbour of it that does; beyond 15 digits there may be none, and {@code to} is missed by one
   * unit in the last place.
   */
  public static double length(double from, double to) {
    double length = minus(to, from);
    for (double near : new double[] {length, Math.nextUp(length), Math.nextDown(length)}) {
      if (plus(from, near) == to) {
        return near;
      }
    }
    return length;
  }

  public static double times(double a, double b) {
    return simple(a, b) ? a * b : shortOr(decimal(a).multiply(decimal(b)), a * b);
  }

  private static double shortOr(BigDecimal decimal, double binary) {
    return decimal.precision() <= SHORT ? decimal.doubleValue() : binary;
  }

  private static boolean simple(double a, double b) {
    return !Double.isFinite(a) || !Double.isFinite(b) || (isWhole(a) && isWhole(b));
  }

  private static boolean isWhole(double value) {
    return value == Math.rint(value) && Math.abs(value) < EXACT;
  }

  /** A decimal number, {@code nan} or {@code inf}, as Python reads them; absent for other text. */
  public static OptionalDouble parse(String text) {
    if (NUMBER.matcher(text).matches() && text.length() <= MAX_CHARS) {
      return OptionalDouble.of(Double.parseDouble(text));
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan", "-nan" -> OptionalDouble.of(Double.NaN);
      case "inf", "+inf", "infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      default -> OptionalDouble.empty();
    };
  }

  /** The shortest text that reads back as this finite number, without an exponent. */
  public static String text(double value) {
    return isWhole(value) ? Long.toString((long) value) : decimal(value).toPlainString();
  }

  // The decimal that Double.toString shows is the shortest that reads back as the same double.
  private static BigDecimal decimal(double value) {
    return BigDecimal.valueOf(value);
  }
}
