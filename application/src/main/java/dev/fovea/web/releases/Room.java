package dev.fovea.web.releases;

import dev.fovea.pipelines.Verdict.Ruling;
import java.util.Locale;
import java.util.Optional;

/**
 * The interval drawn against its limit: how much room there is, as a share of the limit, from −20 %
 * (beyond) to +60 % (within).
 *
 * @param from the interval's left end, in percent of the drawing's width
 * @param width of the interval, in percent of the drawing's width
 * @param label the same in words
 */
record Room(String from, String width, String label) {
  /** Where the limit is drawn, in percent of the width. */
  private static final double LIMIT_AT = 25;

  private static final double PERCENT_OF_WIDTH = 1.25;
  private static final double NARROWEST = 1.2;

  /** Nothing is drawn where nothing was measured or the limit is 0, which has no shares. */
  static Optional<Room> of(Ruling ruling) {
    if (Double.isNaN(ruling.measured()) || ruling.limit() == 0) {
      return Optional.empty();
    }
    var atLeast = ruling.wanted().startsWith("at least");
    double one = room(ruling, atLeast, ruling.low());
    double other = room(ruling, atLeast, ruling.high());
    double least = Math.min(one, other);
    double most = Math.max(one, other);
    double from = Math.clamp(LIMIT_AT + least * PERCENT_OF_WIDTH, 0, 100 - NARROWEST);
    double to = Math.clamp(LIMIT_AT + most * PERCENT_OF_WIDTH, from + NARROWEST, 100);
    return Optional.of(new Room(percent(from), percent(to - from), words(least, most)));
  }

  private static double room(Ruling ruling, boolean atLeast, double value) {
    return 100
        * (atLeast ? value - ruling.limit() : ruling.limit() - value)
        / Math.abs(ruling.limit());
  }

  private static String words(double least, double most) {
    if (most < 0) {
      return "%s to %s per cent beyond the limit".formatted(figure(-most), figure(-least));
    }
    return "%s to %s per cent inside the limit".formatted(figure(least), figure(most));
  }

  private static String figure(double percent) {
    return Double.isInfinite(percent)
        ? "endlessly many"
        : String.format(Locale.ROOT, "%.1f", percent).replace('-', '−');
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f%%", value);
  }
}
