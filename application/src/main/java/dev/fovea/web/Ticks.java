package dev.fovea.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis from numbers: where its ends are, and which round numbers stand on it.
 *
 * @param scale from the lowest to the highest tick
 * @param at the ticks' values, rising
 * @param texts what stands there
 */
public record Ticks(Plot.Scale scale, List<Double> at, List<String> texts) {
  private static final int MOST = 5;

  /** Farther out, differences are no numbers. */
  private static final double FARTHEST = 1e300;

  private static final double NEAREST = 1e-300;

  /** Ticks at 1, 2 or 5 times a power of ten around two finite values, low at most high. */
  public static Ticks linear(double low, double high) {
    double from = Math.clamp(low, -FARTHEST, FARTHEST);
    double to = Math.clamp(high, -FARTHEST, FARTHEST);
    double least = Math.max(Math.abs(from), Math.abs(to)) * 1e-9;
    if (to - from <= least) {
      double room = from == 0 ? 1 : Math.abs(from) * 0.1;
      from -= room;
      to += room;
    }
    double step = step((to - from) / (MOST - 1));
    double first = Math.floor(from / step + 1e-9);
    double last = Math.ceil(to / step - 1e-9);
    var at = new ArrayList<Double>();
    var texts = new ArrayList<String>();
    for (double i = first; i <= last && at.size() < 4 * MOST; i++) {
      at.add(i * step);
      texts.add(text(i * step, step));
    }
    return new Ticks(new Plot.Scale.Linear(at.getFirst(), at.getLast()), at, texts);
  }

  /** Ticks at powers of ten around two finite values above 0; within one decade, at 1, 2 and 5. */
  public static Ticks log(double low, double high) {
    int first = (int) Math.floor(Math.log10(Math.clamp(low, NEAREST, FARTHEST)) + 1e-9);
    int last =
        Math.max(
            first + 1, (int) Math.ceil(Math.log10(Math.clamp(high, NEAREST, FARTHEST)) - 1e-9));
    int stride = Math.ceilDiv(last - first, MOST);
    last = first + Math.ceilDiv(last - first, stride) * stride;
    var at = new ArrayList<Double>();
    var texts = new ArrayList<String>();
    for (int i = first; i <= last; i += stride) {
      for (int digit : last - first <= 2 && i < last ? new int[] {1, 2, 5} : new int[] {1}) {
        double value = digit * Math.pow(10, i);
        at.add(value);
        texts.add(text(value, value));
      }
    }
    return new Ticks(new Plot.Scale.Log(at.getFirst(), at.getLast()), at, texts);
  }

  /** Where a value stands, from 0 to 1. */
  public double share(double value) {
    return Math.clamp(scale.share(value), 0, 1);
  }

  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double digit = least / power;
    return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
  }

  /** As many decimals as the step has; powers of ten where there would be too many digits. */
  private static String text(double value, double step) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size >= 1e7 || step < 1e-6) {
      int decimals = (int) Math.clamp(Math.floor(Math.log10(size / step) + 1e-9), 0, 3);
      return String.format(Locale.ROOT, "%." + decimals + "e", value)
          .replaceFirst("e\\+?(-?)0*", "e$1")
          .replace('-', '−');
    }
    int decimals = (int) Math.clamp(-Math.floor(Math.log10(step) + 1e-9), 0, 8);
    return String.format(Locale.ROOT, "%,." + decimals + "f", value).replace('-', '−');
  }
}
