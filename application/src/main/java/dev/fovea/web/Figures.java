package dev.fovea.web;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How figures are written on a page: thousands with a comma, a thin space before a unit, true
 * minus, relative times.
 */
public final class Figures {
  private static final DateTimeFormatter ABSOLUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  /** The 97.5 % quantile of the normal distribution. */
  private static final double Z95 = 1.959964;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** {@code 61,404}. */
  public String count(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace('-', '−');
  }

  /** {@code +12}, {@code −3}, {@code 0}. */
  public String signed(long number) {
    return number > 0 ? "+" + count(number) : count(number);
  }

  /** {@code 96.4 %} of a share. */
  public String percent(double share) {
    return Double.isNaN(share)
        ? "not measured"
        : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** Three significant digits; not measured where there is no number. */
  public String number(double value) {
    if (Double.isNaN(value)) {
      return "not measured";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "−∞";
    }
    if (value != 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3)) {
      return String.format(Locale.ROOT, "%.2e", value).replace('-', '−');
    }
    if (Math.abs(value) >= 1000) {
      return count(Math.round(value));
    }
    var digits =
        Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", value).replace('-', '−');
  }

  /** {@code 27.8 ms}. */
  public String millis(double value) {
    return number(value) + " ms";
  }

  /** {@code 2 min ago}. */
  public String ago(Instant then) {
    var age = Duration.between(then, Instant.now());
    if (age.toSeconds() < 5) {
      return "just now";
    }
    if (age.toMinutes() < 1) {
      return age.toSeconds() + " s ago";
    }
    if (age.toHours() < 1) {
      return age.toMinutes() + " min ago";
    }
    return age.toDays() < 1 ? age.toHours() + " h ago" : age.toDays() + " d ago";
  }

  /** {@code in 2 min}. */
  public String ahead(Instant then) {
    var left = Duration.between(Instant.now(), then);
    if (left.toSeconds() < 1) {
      return "now";
    }
    if (left.toMinutes() < 1) {
      return "in %d s".formatted(left.toSeconds());
    }
    return left.toHours() < 1
        ? "in %d min".formatted(left.toMinutes())
        : "in %d h".formatted(left.toHours());
  }

  /** {@code 2026-11-22 08:16:00 UTC}. */
  public String absolute(Instant then) {
    return ABSOLUTE.format(then);
  }

  /** {@code 08:16:00}. */
  public String clock(Instant then) {
    return CLOCK.format(then);
  }

  /** {@code 1.4 s}, {@code 2 min 5 s}, {@code 3 h 12 min}. */
  public String took(Duration duration) {
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() > 0
        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
        : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  /** {@code 1.06 %} of so many; no share of nothing. */
  public String share(long part, long whole) {
    return whole == 0 ? "no data" : percentOf((double) part / whole);
  }

  /** {@code 1.01–1.11 %, n = 1,204}: {@link #range} and its n. */
  public String interval(long part, long whole) {
    return whole == 0 ? "n = 0" : range(part, whole) + ", n = " + count(whole);
  }

  /** Wilson's 95 % interval of a share: {@code 1.01–1.11 %}; empty where nothing was counted. */
  public String range(long part, long whole) {
    if (whole == 0) {
      return "";
    }
    double share = (double) part / whole;
    double z2 = Z95 * Z95;
    double centre = (share + z2 / (2 * whole)) / (1 + z2 / whole);
    double half =
        Z95
            / (1 + z2 / whole)
            * Math.sqrt(share * (1 - share) / whole + z2 / (4.0 * whole * whole));
    var low = percentOf(Math.max(0, centre - half)).replace(" %", "");
    return low + "–" + percentOf(Math.min(1, centre + half));
  }

  /** A measured value with its unit: shares in percent, differences of shares in points. */
  public String measured(double value, String unit, boolean difference) {
    if (Double.isNaN(value)) {
      return "not measured";
    }
    if (Double.isInfinite(value)) {
      return "no end";
    }
    if (unit.isEmpty()) {
      return String.format(Locale.ROOT, difference ? "%.2f pp" : "%.2f %%", 100 * value)
          .replace('-', '−');
    }
    return number(value) + " " + unit;
  }

  /** {@code 97.4 %}, with two decimals where the share is small. */
  private static String percentOf(double share) {
    return String.format(Locale.ROOT, 100 * share < 10 ? "%.2f %%" : "%.1f %%", 100 * share);
  }

  /** {@code 08:16}, {@code 22 Nov}: what a timeline has room for. */
  public String brief(Instant then) {
    return Duration.between(then, Instant.now()).toHours() < 24
        ? CLOCK.format(then).substring(0, 5)
        : DAY.format(then);
  }

  /** A name as it is; a digest or commit by its first eight digits. */
  public String brief(String object) {
    var hex = object.startsWith("sha256:") ? object.substring(7) : object;
    return hex.matches("[0-9a-f]{40}|[0-9a-f]{64}") ? hex.substring(0, 8) : object;
  }
}
