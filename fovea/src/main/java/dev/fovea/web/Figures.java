package dev.fovea.web;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How figures are written on a page: thousands with a comma, a thin space before a unit, true minus, relative times. */
public final class Figures {
  private static final DateTimeFormatter ABSOLUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
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
    return Double.isNaN(share) ? "not measured" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
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
    var digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
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

  /** {@code 2026-11-22 08:16:00 UTC}. */
  public String absolute(Instant then) {
    return ABSOLUTE.format(then);
  }

  /** {@code 08:16:00}. */
  public String clock(Instant then) {
    return CLOCK.format(then);
  }

  /** {@code 1.4 s}, {@code 2 min 5 s}. */
  public String took(Duration duration) {
    return duration.toMinutes() > 0
        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
        : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
