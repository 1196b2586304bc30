package dev.fovea.vision.detection;

import dev.fovea.vision.preprocess.Fitting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Boxes of one image, in pixels of the model's input, of which the surest stay. Work and memory are
 * bounded: of more than {@value #MOST} the surest are looked at, as Ultralytics does, and each is
 * held against those that stay alone.
 */
final class Candidates {
  /** How many are looked at. */
  static final int MOST = 30_000;

  private static final int MOST_HELD = 4 * MOST;
  private static final int SIDES = 4;

  private final double confidence;
  private double[] sides = new double[64 * SIDES];
  private float[] scores = new float[64];
  private int[] categories = new int[64];
  private int size;
  private int unusable;

  /**
   * @param confidence below which scores don't count, 0 or more
   */
  Candidates(double confidence) {
    this.confidence = confidence;
  }

  /** A box by its corners. */
  void add(int category, float score, double x1, double y1, double x2, double y2) {
    if (!Float.isFinite(score)) {
      unusable++;
    } else if (score >= confidence) {
      addSure(category, score, x1, y1, x2, y2);
    }
  }

  /** Something that was not a box at all. */
  void addUnusable() {
    unusable++;
  }

  private void addSure(int category, float score, double x1, double y1, double x2, double y2) {
    boolean finite =
        Double.isFinite(x1) && Double.isFinite(y1) && Double.isFinite(x2) && Double.isFinite(y2);
    if (!finite || x2 <= x1 || y2 <= y1) {
      unusable++;
      return;
    }
    if (size == MOST_HELD) {
      dropTheLeastSure();
    }
    if (size == scores.length) {
      sides = Arrays.copyOf(sides, 2 * sides.length);
      scores = Arrays.copyOf(scores, 2 * size);
      categories = Arrays.copyOf(categories, 2 * size);
    }
    sides[size * SIDES] = x1;
    sides[size * SIDES + 1] = y1;
    sides[size * SIDES + 2] = x2;
    sides[size * SIDES + 3] = y2;
    scores[size] = score;
    categories[size] = category;
    size++;
  }

  /** Of those that are left none would be looked at; the others keep their order. */
  private void dropTheLeastSure() {
    var surest = byScore();
    Arrays.sort(surest);
    for (int i = 0; i < surest.length; i++) {
      System.arraycopy(sides, surest[i] * SIDES, sides, i * SIDES, SIDES);
      scores[i] = scores[surest[i]];
      categories[i] = categories[surest[i]];
    }
    size = surest.length;
  }

  /** The surest, whatever overlaps. */
  Detections surest(int most, Fitting fitting) {
    return placed(Arrays.stream(byScore()).limit(most).toArray(), fitting);
  }

  /**
   * The surest of those that no surer one of their class overlaps by more. Since a box is held
   * against surer ones only, it can end as soon as enough stay.
   */
  Detections suppressed(double iou, int most, Fitting fitting) {
    var kept = new int[Math.min(most, size)];
    int count = 0;
    for (int candidate : byScore()) {
      if (count == kept.length) {
        break;
      }
      if (isFree(candidate, kept, count, iou)) {
        kept[count++] = candidate;
      }
    }
    return placed(Arrays.copyOf(kept, count), fitting);
  }

  /** The surest first, the earlier of equals. */
  private int[] byScore() {
    var keys = new long[size];
    for (int i = 0; i < size; i++) {
      // Of numbers from 0 on, the order of bits is that of values; adding 0 makes a 0 of -0.
      keys[i] = (long) Float.floatToIntBits(scores[i] + 0f) << 32 | (0xffffffffL - i);
    }
    Arrays.sort(keys);
    var order = new int[Math.min(size, MOST)];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) (0xffffffffL - (keys[size - 1 - i] & 0xffffffffL));
    }
    return order;
  }

  private boolean isFree(int candidate, int[] kept, int count, double iou) {
    for (int i = 0; i < count; i++) {
      if (categories[kept[i]] == categories[candidate] && overlap(kept[i], candidate) > iou) {
        return false;
      }
    }
    return true;
  }

  private double overlap(int one, int other) {
    int a = one * SIDES;
    int b = other * SIDES;
    double width = Math.min(sides[a + 2], sides[b + 2]) - Math.max(sides[a], sides[b]);
    double height = Math.min(sides[a + 3], sides[b + 3]) - Math.max(sides[a + 1], sides[b + 1]);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double both = width * height;
    return both / (area(a) + area(b) - both);
  }

  private double area(int at) {
    return (sides[at + 2] - sides[at]) * (sides[at + 3] - sides[at + 1]);
  }

  /** In the image's own pixels, cut off where the image ends. */
  private Detections placed(int[] chosen, Fitting fitting) {
    List<Detection> found = new ArrayList<>(chosen.length);
    int width = fitting.imageWidth();
    int height = fitting.imageHeight();
    for (int i : chosen) {
      int at = i * SIDES;
      found.add(
          new Detection(
              categories[i],
              scores[i],
              Math.clamp(fitting.imageX(sides[at]), 0, width),
              Math.clamp(fitting.imageY(sides[at + 1]), 0, height),
              Math.clamp(fitting.imageX(sides[at + 2]), 0, width),
              Math.clamp(fitting.imageY(sides[at + 3]), 0, height)));
    }
    return new Detections(found, unusable);
  }
}
