package dev.fovea.mask;

import java.util.Arrays;
import java.util.List;

/**
 * Fills polygons in, pixel by pixel as pycocotools 2.0.11 does ({@code rleFrPoly} of {@code
 * maskApi.c}).
 *
 * <p>Corners are rounded to a grid of fifths of a pixel. Each edge is walked along its longer
 * direction, one grid line at a time, the other coordinate rounded. Where the walk crosses the
 * middle of a column of pixels, inside and outside change from the first pixel on whose middle is
 * not above the crossing. Rounding is towards zero after adding a half, as C's casts have it, so
 * that places left of and above the image are rounded up.
 */
public final class Outlines {
  private static final int GRID = 5;
  private static final int MIDDLE = GRID / 2;

  /** The largest coordinate, in pixels; from there on its fifths don't fit. */
  private static final double LARGEST = 1 << 24;

  /** How many grid lines the outlines of one object may cross: some 50 times around 8k x 8k px. */
  private static final long MAX_STEPS = 1 << 23;

  private final int width;
  private final int height;
  private int[] changes = new int[64];
  private int count;

  private Outlines(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /**
   * The runs of the pixels inside one outline or more, without runs of length 0 but for the first.
   *
   * @param width of the image in pixels
   * @param height of the image in pixels
   * @param outlines x and y of each corner by turns, at least three corners each; where they
   *     overlap, pixels are inside once
   * @throws IllegalArgumentException when there is no outline, a coordinate is not finite or beyond
   *     2²⁴, corners are fewer than three or not pairs, the outlines are longer than 1.6 million
   *     pixels, or the image has more than {@link RunLengths#MAX_PIXELS}
   */
  public static int[] filled(int width, int height, List<double[]> outlines) {
    RunLengths.requirePixels(width, height);
    if (outlines.isEmpty()) {
      throw new IllegalArgumentException("outlines: none (expected: at least 1)");
    }
    long steps = 0;
    for (var outline : outlines) {
      requireCorners(outline);
      steps += steps(outline);
      if (steps > MAX_STEPS) {
        throw new IllegalArgumentException(
            "outlines: longer than %d px (simplify the object or clip it to the image)"
                .formatted(MAX_STEPS / GRID));
      }
    }
    int[] union = new Outlines(width, height).fill(outlines.getFirst());
    for (var outline : outlines.subList(1, outlines.size())) {
      union = RunLengths.union(union, new Outlines(width, height).fill(outline));
    }
    return union;
  }

  private static void requireCorners(double[] outline) {
    if (outline.length < 6 || outline.length % 2 != 0) {
      throw new IllegalArgumentException(
          "outline: %d numbers (expected: x and y of at least 3 corners)"
              .formatted(outline.length));
    }
    for (double coordinate : outline) {
      if (!(Math.abs(coordinate) <= LARGEST)) {
        throw new IllegalArgumentException(
            "outline: a corner at %s px (expected: -%.0f to %.0f)"
                .formatted(coordinate, LARGEST, LARGEST));
      }
    }
  }

  private static long steps(double[] outline) {
    long steps = 0;
    for (int i = 0; i < outline.length; i += 2) {
      int next = (i + 2) % outline.length;
      double across = Math.abs(outline[i] - outline[next]);
      double down = Math.abs(outline[i + 1] - outline[next + 1]);
      steps += (long) (GRID * Math.max(across, down)) + 1;
    }
    return steps;
  }

  private static int onGrid(double coordinate) {
    return (int) (GRID * coordinate + 0.5);
  }

  private int[] fill(double[] outline) {
    int corners = outline.length / 2;
    int lastX = onGrid(outline[0]);
    int lastY = onGrid(outline[1]);
    int x = lastX;
    int y = lastY;
    for (int i = 1; i <= corners; i++) {
      int toX = onGrid(outline[2 * (i % corners)]);
      int toY = onGrid(outline[2 * (i % corners) + 1]);
      int across = Math.abs(toX - x);
      int down = Math.abs(toY - y);
      boolean flat = across >= down;
      int steps = flat ? across : down;
      // The walk is rounded from the smaller end on, whichever way it goes.
      boolean back = flat ? x > toX : y > toY;
      int fromX = back ? toX : x;
      int fromY = back ? toY : y;
      int rise = flat ? (back ? y - toY : toY - y) : (back ? x - toX : toX - x);
      double slope = steps == 0 ? 0 : (double) rise / steps;
      for (int step = 0; step <= steps; step++) {
        int t = back ? steps - step : step;
        int atX = flat ? fromX + t : (int) (fromX + slope * t + 0.5);
        int atY = flat ? (int) (fromY + slope * t + 0.5) : fromY + t;
        boolean first = i == 1 && step == 0;
        if (!first && atX != lastX) {
          cross(Math.min(atX, lastX), Math.min(atY, lastY));
        }
        lastX = atX;
        lastY = atY;
      }
      x = toX;
      y = toY;
    }
    return runs();
  }

  /** Notes a change where the grid line right of {@code x} is the middle of a column. */
  private void cross(int x, int y) {
    if (x < 0 || x % GRID != MIDDLE || x / GRID >= width) {
      return;
    }
    double middle = Math.clamp((y + 0.5) / GRID - 0.5, 0, height);
    if (count == changes.length) {
      changes = Arrays.copyOf(changes, 2 * count);
    }
    changes[count++] = x / GRID * height + (int) Math.ceil(middle);
  }

  private int[] runs() {
    Arrays.sort(changes, 0, count);
    var runs = new int[count + 1];
    int used = 0;
    int last = 0;
    for (int i = 0; i < count; i++) {
      if (i + 1 < count && changes[i] == changes[i + 1]) {
        i++; // two changes at one pixel are none
      } else if (changes[i] < width * height) {
        runs[used++] = changes[i] - last;
        last = changes[i];
      }
    }
    runs[used++] = width * height - last;
    return Arrays.copyOf(runs, used);
  }
}
