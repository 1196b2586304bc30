package dev.fovea.onnx.quantize.search;

import dev.fovea.onnx.quantize.search.LatencyProbe.Latency;
import dev.fovea.onnx.quantize.search.Sensitivity.Ranked;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a search came to.
 *
 * @param budget by how much the measure may fall
 * @param images on how many the points were measured
 * @param base the float model, on the front or not
 * @param points of which none is at least as good as another in drop, time and size, and better in
 *     one; the fastest first. The float model, whose drop is 0, is among them unless something is
 *     as accurate, as fast and as small
 * @param left the other candidates, in the order in which they were left
 * @param rank the operators, the noisiest first
 * @param inferences how many there were
 */
public record Front(
    double budget,
    int images,
    Point base,
    List<Point> points,
    List<Left> left,
    List<Ranked> rank,
    long inferences) {
  /** The name of the float model's point. */
  public static final String FLOAT = "float";

  public Front {
    points = List.copyOf(points);
    left = List.copyOf(left);
    rank = List.copyOf(rank);
  }

  /** What is known of a candidate's drop. */
  public enum Standing {
    /** The whole interval is within the budget. */
    SURE,
    /** The drop is within the budget, and its interval reaches beyond. */
    LIKELY
  }

  /**
   * A model on the front.
   *
   * @param keptInFloat first outputs of the nodes that stay in float by this candidate
   * @param drop of the measure, with an interval that holds for all looks together
   * @param bytes of the file
   * @param packed bytes of the file after compression; empty where they did not count
   * @param model the file, in the folder that the search was given; empty for the float model
   */
  public record Point(
      String name,
      String how,
      Set<String> keptInFloat,
      Standing standing,
      BootstrapInterval drop,
      Latency latency,
      long bytes,
      OptionalLong packed,
      Optional<Path> model) {
    /** Whether it is the float model. */
    public boolean isFloat() {
      return name.equals(FLOAT);
    }
  }

  /** Why a candidate is not on the front. */
  public enum Reason {
    /** It falls more than the budget allows. */
    BEYOND,
    /** Another is as accurate, as fast and as small. */
    DOMINATED,
    /** Others looked better, and only so many go on. */
    ASIDE,
    /** It is byte for byte another candidate. */
    SAME,
    /** It could not be made, run or measured. */
    FAILED
  }

  /**
   * A candidate that was left.
   *
   * @param images on how many it was measured
   * @param drop what was known of it then
   * @param why in words, with values
   */
  public record Left(
      String name,
      String how,
      Set<String> keptInFloat,
      Reason reason,
      int images,
      Optional<BootstrapInterval> drop,
      String why) {}

  /** What a choice prefers among what is within the budget. */
  public enum Preference {
    FASTEST,
    SMALLEST
  }

  /**
   * The best point within the budget that is faster or smaller than the float model, as it is or
   * compressed: of those that are surely within where there are any, else of those that are likely
   * so.
   */
  public Optional<Point> best(Preference preference) {
    Comparator<Point> byTime = Comparator.comparingDouble(point -> point.latency().p50());
    Comparator<Point> bySize =
        Comparator.comparingLong(Point::bytes).thenComparingLong(point -> point.packed().orElse(0));
    var order =
        switch (preference) {
          case FASTEST -> byTime.thenComparing(bySize);
          case SMALLEST -> bySize.thenComparing(byTime);
        };
    return points.stream()
        .filter(point -> !point.isFloat())
        .filter(point ->
            point.latency().p50() < base.latency().p50()
                || point.bytes() < base.bytes()
                || point.packed().orElse(0) < base.packed().orElse(0))
        .min(Comparator.comparing(Point::standing).thenComparing(order));
  }

  /** Of the candidates beyond the budget the one that falls least. */
  public Optional<Left> nearest() {
    return left.stream()
        .filter(each -> each.reason() == Reason.BEYOND && each.drop().isPresent())
        .min(Comparator.comparingDouble(each -> each.drop().orElseThrow().estimate()));
  }
}
