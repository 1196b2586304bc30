package dev.fovea.pipelines;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.kernel.Digest;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the gates said: every rule with its measured value, so that nobody asks why.
 *
 * @param passed whether every rule passed
 * @param front what the search came to that chose the INT8 model; absent, and left out of the JSON,
 *     where nothing was searched
 * @param costs what wrong answers come to; absent, and left out of the JSON, where the policy does
 *     not say
 * @param comparison both variants beside each other; absent, and left out of the JSON, in verdicts
 *     of before it was kept and in lists of releases
 */
public record Verdict(
    boolean passed,
    List<Ruling> rulings,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Optional<PrecisionFront> front,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Optional<CostReading> costs,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Optional<Comparison> comparison) {
  /** On a model that nobody searched for, by a policy without costs. */
  public Verdict(boolean passed, List<Ruling> rulings) {
    this(passed, rulings, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same with the search that chose the model. */
  public Verdict with(Optional<PrecisionFront> other) {
    return new Verdict(passed, rulings, other, costs, comparison);
  }

  /** The same with what wrong answers come to. */
  public Verdict withCosts(Optional<CostReading> other) {
    return new Verdict(passed, rulings, front, other, comparison);
  }

  /** The same with both variants beside each other. */
  public Verdict withComparison(Optional<Comparison> other) {
    return new Verdict(passed, rulings, front, costs, other);
  }

  /**
   * How a rule came out. The measured value decides, not its interval, which is shown beside it.
   */
  public enum Outcome {
    PASS,
    FAIL,
    /** It rests on too few images or samples for an interval that means anything; doesn't pass. */
    INCONCLUSIVE,
    /** It could not be measured; doesn't pass. */
    ERROR
  }

  /**
   * One rule.
   *
   * @param rule the rule in words
   * @param line in {@code fovea.yaml}
   * @param wanted the limit with its sign and unit
   * @param measured the value; NaN where it could not be measured
   * @param low the lower end of its 95 % interval; the value itself where there is none
   * @param high the upper end
   * @param unit of all of them; empty for a share
   * @param on what it was measured on, such as a split and slice with its count, or a device
   * @param explanation the ruling in a sentence
   * @param frames the images that decided, at most 12
   * @param curve how the measure follows the strength of a fault; absent, and left out of the JSON,
   *     for measures of images as they are
   */
  public record Ruling(
      String rule,
      int line,
      Outcome outcome,
      String wanted,
      double limit,
      double measured,
      double low,
      double high,
      String unit,
      String on,
      String explanation,
      List<Deciding> frames,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
          Optional<Curve> curve) {
    /** Of a measure of images as they are. */
    public Ruling(
        String rule,
        int line,
        Outcome outcome,
        String wanted,
        double limit,
        double measured,
        double low,
        double high,
        String unit,
        String on,
        String explanation,
        List<Deciding> frames) {
      this(
          rule,
          line,
          outcome,
          wanted,
          limit,
          measured,
          low,
          high,
          unit,
          on,
          explanation,
          frames,
          Optional.empty());
    }

    /** The same without the images that decided. */
    public Ruling withoutFrames() {
      return new Ruling(
          rule,
          line,
          outcome,
          wanted,
          limit,
          measured,
          low,
          high,
          unit,
          on,
          explanation,
          List.of(),
          curve);
    }
  }

  /**
   * How a measure follows the strength of a fault.
   *
   * @param fault as it stands in {@code fovea.yaml}
   * @param unit of strengths; empty for a share
   * @param points by rising strength
   * @param failsBelow the strength nearest to 0, going down, at which the measure falls beyond the
   *     limit; absent where it does not, or there are no strengths on that side
   * @param failsAbove the same going up
   */
  public record Curve(
      String fault,
      String unit,
      List<Point> points,
      OptionalDouble failsBelow,
      OptionalDouble failsAbove) {
    public Curve {
      points = List.copyOf(points);
    }

    /**
     * The measure at one strength.
     *
     * @param low the lower end of its 95 % interval
     * @param high the upper end
     */
    public record Point(double strength, double measured, double low, double high) {}

    /** A strength with its unit, such as {@code -31.25 %} or {@code 1.5 px}. */
    public String shown(double strength) {
      return shown(strength, unit);
    }

    /** The same of a unit. */
    public static String shown(double strength, String unit) {
      var form = new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT));
      double shown = Math.rint(strength * (unit.isEmpty() ? 10_000 : 100)) / 100;
      return form.format(shown == 0 ? 0 : shown) + " " + (unit.isEmpty() ? "%" : unit);
    }
  }

  /**
   * An image that counted against the rule.
   *
   * @param label its class; empty where the rule is about objects in it
   * @param answer the class that was said, or what there is to see of the objects, in words
   * @param confidence of the answer, 0 to 1; of objects the image's own average precision, and
   *     where nothing is there, 1 less the score of the surest detection
   */
  public record Deciding(
      Digest image, String path, String label, String answer, double confidence) {}
}
