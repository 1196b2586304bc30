package dev.fovea.teamfile;

import java.util.Map;
import java.util.Optional;

/**
 * What a wrong answer means outside of the model: how many images make one of what the team counts,
 * when such a one fails, and what that costs. It refuses nothing; gates do.
 *
 * @param unit what is counted, such as {@code checkout}
 * @param units more than one of them
 * @param items how many images make one, 1 to {@value #MOST_ITEMS}
 * @param bears with how many wrong answers it still succeeds, 0 to {@code items - 1}
 * @param price what wrong answers cost; absent where the file does not say
 * @param slices how a sentence calls a slice, such as {@code night: at night}
 * @param at what of a detector's answer counts; absent for a classifier
 */
public record CostSpec(
    String unit,
    String units,
    int items,
    int bears,
    Optional<Price> price,
    Map<String, String> slices,
    Optional<Operating> at) {
  /** The most images that make one. */
  public static final int MOST_ITEMS = 10_000;

  /** The largest price of a wrong answer. */
  public static final double MOST_PRICE = 1e9;

  public CostSpec {
    if (items < 1 || items > MOST_ITEMS || bears < 0 || bears >= items) {
      throw new IllegalArgumentException(
          "costs: %d items, of which %d may be wrong (expected: 1 to %d, fewer than those)"
              .formatted(items, bears, MOST_ITEMS));
    }
    slices = Map.copyOf(slices);
  }

  /** Of a classifier. */
  public CostSpec(
      String unit,
      String units,
      int items,
      int bears,
      Optional<Price> price,
      Map<String, String> slices) {
    this(unit, units, items, bears, price, slices, Optional.empty());
  }

  /**
   * Where a detector is operated. The answer to an image is wrong where an object is missed or
   * something is found that is not there.
   *
   * @param score from which on a detection counts, 0 to 1
   * @param iou the least overlap with an object of its class by which it finds it, 0 to 1; there is
   *     some in any case
   */
  public record Operating(double score, double iou) {}

  /**
   * What wrong answers cost.
   *
   * @param currency in words
   * @param error what a wrong answer costs, 0 to {@value CostSpec#MOST_PRICE}
   * @param classes the same of images of these classes, where it is another
   */
  public record Price(String currency, double error, Map<String, Double> classes) {
    public Price {
      classes = Map.copyOf(classes);
    }

    /** What a wrong answer to an image of this class costs. */
    public double of(String label) {
      return classes.getOrDefault(label, error);
    }
  }
}
