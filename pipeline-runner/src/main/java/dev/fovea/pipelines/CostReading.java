package dev.fovea.pipelines;

import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.teamfile.Gate.Variant;
import java.util.List;
import java.util.Optional;

/**
 * What wrong answers come to in what the team counts. It decides nothing.
 *
 * @param unit what is counted, such as {@code checkout}
 * @param units more than one of them
 * @param items how many images make one
 * @param bears with how many wrong answers it still succeeds
 * @param currency of costs; absent where the policy gives no prices
 * @param lines of the whole test split first, then of its slices, the worst first, then under the
 *     faults that rules name
 * @param notes what is assumed, and what was left out
 */
public record CostReading(
    String unit,
    String units,
    int items,
    int bears,
    Optional<String> currency,
    List<Line> lines,
    List<String> notes) {
  public CostReading {
    lines = List.copyOf(lines);
    notes = List.copyOf(notes);
  }

  /**
   * One variant in one condition. Every value has its 95 % interval.
   *
   * @param where the condition as a sentence says it; empty for all images
   * @param on what it was measured on, with its count
   * @param wrong the share of wrong answers, 0 to 1
   * @param failing the share of units that fail, 0 to 1
   * @param ratio how many fail, in words: {@code 1 in 7}
   * @param cost of the wrong answers in one unit, to be expected; absent without prices
   * @param sentence all of it in words
   */
  public record Line(
      String where,
      Variant of,
      String on,
      Bounded wrong,
      Bounded failing,
      String ratio,
      Optional<Bounded> cost,
      String sentence) {}
}
