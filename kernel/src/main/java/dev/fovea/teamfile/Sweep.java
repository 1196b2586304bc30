package dev.fovea.teamfile;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A fault of light or of the image in rising strengths. Of strength 0 there is no fault: the image
 * is as it was taken.
 *
 * @param kind which fault
 * @param from the least strength, in the kind's unit
 * @param to the largest strength, above {@code from}
 */
public record Sweep(Kind kind, double from, double to) {
  /** How many strengths are looked at, besides 0. */
  public static final int STRENGTHS = 9;

  private static final double NEAR_ZERO = 1e-9;

  /** So that 0.05 is that and not 0.05000000000000002. */
  private static final MathContext DIGITS = new MathContext(12);

  /**
   * Which fault, as {@code dev.fovea.vision.robustness} defines each. Shares are written as percent
   * or as numbers: -40% or -0.4.
   */
  public enum Kind {
    /** Samples times 1 + strength, a share from -1 (black) to 3. */
    BRIGHTNESS("", -1, 3),
    /** Distances from the mean grey times 1 + strength, a share from -1 (all grey) to 3. */
    CONTRAST("", -1, 3),
    /** Samples to the power of 1 + strength, a share from -0.9 (lighter) to 4 (darker). */
    GAMMA("", -0.9, 4),
    /** Gaussian blur; its standard deviation in pixels of the image, 0 to 10. */
    BLUR("px", 0, 10),
    /** Gaussian noise; its standard deviation as a share of white, 0 to 1. */
    NOISE("", 0, 1),
    /** JPEG with a quality of 1 - strength, a share from 0 to 0.99. */
    JPEG("", 0, 0.99);

    private final String unit;
    private final double least;
    private final double most;

    Kind(String unit, double least, double most) {
      this.unit = unit;
      this.least = least;
      this.most = most;
    }

    /** Of strengths; empty for a share. */
    public String unit() {
      return unit;
    }

    /** The least strength that there is. */
    public double least() {
      return least;
    }

    /** The largest strength that there is. */
    public double most() {
      return most;
    }

    /** As it stands in the file. */
    public String written() {
      return Values.written(this);
    }

    /** Whether there is such a strength. NaN is none. */
    public boolean has(double strength) {
      return strength >= least && strength <= most;
    }
  }

  public Sweep {
    if (!kind.has(from) || !kind.has(to) || !(from < to)) {
      throw new IllegalArgumentException(
          "sweep of %s: %s to %s (expected: rising, %s to %s)"
              .formatted(kind.written(), from, to, kind.least(), kind.most()));
    }
  }

  /**
   * The strengths that are looked at, rising: {@value #STRENGTHS} at even distances with both ends,
   * and 0 where it lies between.
   */
  public double[] strengths() {
    double width = to - from;
    return DoubleStream.concat(
            IntStream.range(0, STRENGTHS).mapToDouble(i -> at(i, width)),
            from < 0 && to > 0 ? DoubleStream.of(0) : DoubleStream.empty())
        .sorted()
        .distinct()
        .toArray();
  }

  private double at(int place, double width) {
    if (place == 0 || place == STRENGTHS - 1) {
      return place == 0 ? from : to;
    }
    double strength = from + width * place / (STRENGTHS - 1);
    return Math.abs(strength) < NEAR_ZERO * width
        ? 0
        : BigDecimal.valueOf(strength).round(DIGITS).doubleValue();
  }

  /** Changes when an answer could. */
  public String canonical() {
    return "fovea-sweep-1 %s from=%s to=%s"
        .formatted(kind.written(), Double.toHexString(from), Double.toHexString(to));
  }
}
