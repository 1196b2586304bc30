package dev.fovea.vision.metrics.ranking;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Scores of what is positive and what is not, the highest first. Equal scores are one threshold:
 * their order counts for nothing.
 *
 * <p>Keeps 5 bytes for each score. Immutable.
 */
public final class Ranking {
  private static final int POSITIVE = 1;
  private static final int LAST_OF_EQUALS = 2;

  private final int[] order;
  private final byte[] marks;
  private final int positives;

  private Ranking(int[] order, byte[] marks, int positives) {
    this.order = order;
    this.marks = marks;
    this.positives = positives;
  }

  /**
   * The ranking of these scores.
   *
   * @param scores finite ones; larger ones say positive more surely
   * @param positive which of them are
   * @throws IllegalArgumentException when the lengths differ or a score is not finite
   */
  public static Ranking of(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          "ranking of %d scores and %d truths (expected: equally many)"
              .formatted(scores.length, positive.length));
    }
    for (double score : scores) {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException(
            "score: %s (expected: a finite number)".formatted(score));
      }
    }
    var order = new ScoreOrder().descending(scores, 0, scores.length);
    var marks = new byte[scores.length];
    int positives = 0;
    for (int i = 0; i < scores.length; i++) {
      boolean last = i == scores.length - 1 || scores[order[i]] != scores[order[i + 1]];
      positives += positive[order[i]] ? 1 : 0;
      marks[i] = (byte) ((positive[order[i]] ? POSITIVE : 0) | (last ? LAST_OF_EQUALS : 0));
    }
    return new Ranking(order, marks, positives);
  }

  /** How many scores. */
  public int size() {
    return marks.length;
  }

  /** How many of them are positive. */
  public int positives() {
    return positives;
  }

  /**
   * The area under the ROC curve, 0 to 1: how often a positive scores higher than another, equal
   * scores counted half; absent where all or none are positive.
   */
  public OptionalDouble auroc() {
    return measured(new Area(), null);
  }

  /**
   * The average precision, 0 to 1, as scikit-learn defines it: the precision at each threshold,
   * weighted by the recall that it adds, without interpolation; absent where none is positive.
   */
  public OptionalDouble averagePrecision() {
    return measured(new Precision(), null);
  }

  /** {@link #auroc} where each score is there as often as its weight says; NaN where absent. */
  public double auroc(int[] weights) {
    return measured(new Area(), weights).orElse(Double.NaN);
  }

  /** {@link #averagePrecision} where each score is there as often as its weight says, likewise. */
  public double averagePrecision(int[] weights) {
    return measured(new Precision(), weights).orElse(Double.NaN);
  }

  /**
   * The points of its ROC and precision-recall curves, the highest threshold first.
   *
   * @param scores the same that it is of, which it does not keep
   * @throws IllegalArgumentException when there are more or fewer
   */
  public RankingCurve curve(double[] scores) {
    if (scores.length != marks.length) {
      throw new IllegalArgumentException(
          "curve of %d scores (expected: the %d that were ranked)"
              .formatted(scores.length, marks.length));
    }
    int points = 0;
    for (byte mark : marks) {
      points += (mark & LAST_OF_EQUALS) == 0 ? 0 : 1;
    }
    var thresholds = new double[points];
    var right = new int[points];
    var wrong = new int[points];
    int found = 0;
    int point = 0;
    for (int i = 0; i < marks.length; i++) {
      found += marks[i] & POSITIVE;
      if ((marks[i] & LAST_OF_EQUALS) != 0) {
        thresholds[point] = scores[order[i]];
        right[point] = found;
        wrong[point++] = i + 1 - found;
      }
    }
    return new RankingCurve(thresholds, right, wrong, positives, marks.length - positives);
  }

  private OptionalDouble measured(Rule rule, int @Nullable [] weights) {
    double right = 0;
    double wrong = 0;
    double rightHere = 0;
    double wrongHere = 0;
    for (int i = 0; i < marks.length; i++) {
      int weight = weights == null ? 1 : weights[order[i]];
      if ((marks[i] & POSITIVE) != 0) {
        rightHere += weight;
      } else {
        wrongHere += weight;
      }
      if ((marks[i] & LAST_OF_EQUALS) != 0) {
        if (rightHere + wrongHere > 0) {
          rule.add(right, wrong, rightHere, wrongHere);
        }
        right += rightHere;
        wrong += wrongHere;
        rightHere = 0;
        wrongHere = 0;
      }
    }
    return rule.total(right, wrong);
  }

  private interface Rule {
    /** Scores that are equal, after so many higher ones. */
    void add(double right, double wrong, double rightHere, double wrongHere);

    OptionalDouble total(double right, double wrong);
  }

  private static final class Area implements Rule {
    private double area;

    @Override
    public void add(double right, double wrong, double rightHere, double wrongHere) {
      area += wrongHere * (right + rightHere / 2);
    }

    @Override
    public OptionalDouble total(double right, double wrong) {
      return right == 0 || wrong == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(area / right / wrong);
    }
  }

  private static final class Precision implements Rule {
    private double sum;

    @Override
    public void add(double right, double wrong, double rightHere, double wrongHere) {
      double found = right + rightHere;
      sum += rightHere * found / (found + wrong + wrongHere);
    }

    @Override
    public OptionalDouble total(double right, double wrong) {
      return right == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / right);
    }
  }
}
