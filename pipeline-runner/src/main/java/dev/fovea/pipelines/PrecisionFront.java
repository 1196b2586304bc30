package dev.fovea.pipelines;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a search over a model's precision came to, with the evidence for each model that it tried.
 *
 * @param measure by which models were compared: {@code accuracy} or {@code map}
 * @param budget by how much it may fall, 0 to 1
 * @param images on how many it was measured
 * @param on which images those are
 * @param cost what was said before it started
 * @param chosen the name of the point that is released
 * @param base the float model
 * @param points of which none is as good as another in drop, time and size; the fastest first
 * @param left every other model that was tried, with the reason
 * @param noisiest the operators that add the most noise in INT8
 * @param device the device of the lab whose times these are; absent where they are those of the
 *     machine that searched
 */
public record PrecisionFront(
    String measure,
    double budget,
    int images,
    String on,
    String cost,
    String chosen,
    Point base,
    List<Point> points,
    List<Left> left,
    List<Noise> noisiest,
    Optional<Timer> device) {
  public PrecisionFront {
    points = List.copyOf(points);
    left = List.copyOf(left);
    noisiest = List.copyOf(noisiest);
  }

  /** One whose times are those of the machine that searched. */
  public PrecisionFront(
      String measure,
      double budget,
      int images,
      String on,
      String cost,
      String chosen,
      Point base,
      List<Point> points,
      List<Left> left,
      List<Noise> noisiest) {
    this(measure, budget, images, on, cost, chosen, base, points, left, noisiest, Optional.empty());
  }

  /**
   * A device of the lab.
   *
   * @param facts what it reported of itself with the first profile
   * @param key the digest of the key that sealed that profile; absent where it runs in the lab
   */
  public record Timer(Name name, Map<String, String> facts, Optional<Digest> key) {
    public Timer {
      facts = Map.copyOf(facts);
    }

    /** It as a sentence calls it. */
    public String words() {
      return "device %s%s"
          .formatted(name, key.map(each -> ", key " + each.abbreviated()).orElse(""));
    }
  }

  /** Which images decide and whose times they are. */
  public String where() {
    return on + device.map(each -> ", timed on " + each.words()).orElse("");
  }

  /**
   * A model.
   *
   * @param how what is special about it, in words
   * @param keptInFloat first outputs of the nodes that stay in float
   * @param sure whether the whole interval of its drop is within the budget
   * @param drop of the measure from the float model, with its interval
   * @param p50 the median time for one input in milliseconds, with its interval
   * @param bytes of the file
   * @param packed bytes of the file after DEFLATE; absent where a search does not count them
   */
  public record Point(
      String name,
      String how,
      List<String> keptInFloat,
      boolean sure,
      Bounded drop,
      Bounded p50,
      long bytes,
      Optional<Long> packed) {
    public Point {
      keptInFloat = List.copyOf(keptInFloat);
    }

    /** One of a search by which the size after compression does not count. */
    public Point(
        String name,
        String how,
        List<String> keptInFloat,
        boolean sure,
        Bounded drop,
        Bounded p50,
        long bytes) {
      this(name, how, keptInFloat, sure, drop, p50, bytes, Optional.empty());
    }
  }

  /** A value with its 95 % interval. */
  public record Bounded(double value, double low, double high) {}

  /**
   * A model that is not on the front.
   *
   * @param reason in a word: {@code beyond}, {@code dominated}, {@code aside}, {@code same}, {@code
   *     failed}
   * @param images on how many it was measured
   * @param drop what was known of it; absent where nothing was
   * @param why in words, with values
   */
  public record Left(
      String name,
      String how,
      List<String> keptInFloat,
      String reason,
      int images,
      Optional<Bounded> drop,
      String why) {
    public Left {
      keptInFloat = List.copyOf(keptInFloat);
    }
  }

  /** How much noise an operator adds by itself, in decibels of signal over it. */
  public record Noise(String operator, double decibels) {}
}
