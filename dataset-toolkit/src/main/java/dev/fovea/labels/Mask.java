package dev.fovea.labels;

import dev.fovea.kernel.Text;
import dev.fovea.mask.RunLengths;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The pixels of an object, run by run as COCO has them: down the columns from the upper left pixel
 * (column-major), first a run outside the object, then one inside, and so on. Runs of length 0
 * stand only at the beginning, so that equal pixels are equal masks.
 *
 * <p>The codings are those of pycocotools 2.0.11 ({@code maskApi.c}) and of CVAT for images 1.1.
 */
public final class Mask implements Shape {
  /** How many pixels an image with a mask may have. */
  public static final int MAX_PIXELS = RunLengths.MAX_PIXELS;

  private final ImageSize size;
  private final int[] runs;

  private Mask(ImageSize size, int[] runs) {
    this.size = size;
    this.runs = runs;
  }

  /**
   * COCO's uncompressed {@code counts}.
   *
   * @throws IllegalArgumentException when the runs do not fill an image of this size exactly, or
   *     the image has more than {@link #MAX_PIXELS} pixels
   */
  public static Mask ofRuns(ImageSize size, int... runs) {
    RunLengths.requireFilled(size.width(), size.height(), runs);
    return new Mask(size, RunLengths.canonical(runs));
  }

  /**
   * COCO's compressed {@code counts}.
   *
   * @throws IllegalArgumentException when it is no such text, or as {@link #ofRuns}
   */
  public static Mask ofCompressed(ImageSize size, String counts) {
    return ofRuns(size, RunLengths.decompress(counts));
  }

  /**
   * CVAT's {@code rle}: row by row over a window of the image.
   *
   * @throws IllegalArgumentException when the window leaves the image or the runs do not fill it
   */
  public static Mask ofWindow(ImageSize size, Window window) {
    if (window.left() < 0
        || window.top() < 0
        || (long) window.left() + window.width() > size.width()
        || (long) window.top() + window.height() > size.height()) {
      throw new IllegalArgumentException(
          "mask: a window of %d x %d px at (%d, %d) leaves the image of %d x %d px"
              .formatted(
                  window.width(),
                  window.height(),
                  window.left(),
                  window.top(),
                  size.width(),
                  size.height()));
    }
    RunLengths.requireFilled(window.width(), window.height(), window.runs());
    RunLengths.requirePixels(size.width(), size.height());
    var inside = new BitSet();
    int position = 0;
    for (int i = 0; i < window.runs().length; i++) {
      int end = position + window.runs()[i];
      for (; i % 2 == 1 && position < end; position++) {
        int x = window.left() + position % window.width();
        int y = window.top() + position / window.width();
        inside.set(x * size.height() + y);
      }
      position = end;
    }
    return ofColumns(size, inside);
  }

  /**
   * By pixel.
   *
   * @param inside the pixel (x, y) at x * height + y
   */
  public static Mask ofColumns(ImageSize size, BitSet inside) {
    RunLengths.requirePixels(size.width(), size.height());
    return new Mask(size, RunLengths.of(inside, size.width() * size.height()));
  }

  /**
   * A mask over a part of an image.
   *
   * @param left of the window in the image, in pixels
   * @param top of the window in the image, in pixels
   * @param width in pixels, at least 1
   * @param height in pixels, at least 1
   * @param runs along the rows of the window (row-major), the first outside the object
   */
  @SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
  public record Window(int left, int top, int width, int height, int[] runs) {}

  /** The size of the image, which is the size of the mask. */
  public ImageSize size() {
    return size;
  }

  /** COCO's uncompressed {@code counts}; a copy. */
  public int[] runs() {
    return runs.clone();
  }

  /** COCO's compressed {@code counts}: ASCII, as pycocotools writes them. */
  public String compressed() {
    return RunLengths.compress(runs);
  }

  /** The pixels inside: (x, y) at x * height + y. */
  public BitSet columns() {
    var inside = new BitSet();
    int position = 0;
    for (int i = 0; i < runs.length; i++) {
      if (i % 2 == 1) {
        inside.set(position, position + runs[i]);
      }
      position += runs[i];
    }
    return inside;
  }

  /** The smallest window around the object, row by row; one pixel outside for an empty mask. */
  public Window window() {
    var box = bounds().orElse(new Box(0, 0, 1, 1));
    int left = (int) box.x1();
    int top = (int) box.y1();
    int width = (int) box.x2() - left;
    int height = (int) box.y2() - top;
    var columns = columns();
    var rows = new BitSet();
    for (int x = 0; x < width; x++) {
      int start = (left + x) * size.height() + top;
      for (int i = columns.nextSetBit(start);
          i >= 0 && i < start + height;
          i = columns.nextSetBit(i + 1)) {
        rows.set((i - start) * width + x);
      }
    }
    return new Window(left, top, width, height, RunLengths.of(rows, width * height));
  }

  @Override
  public Optional<Box> bounds() {
    int left = Integer.MAX_VALUE;
    int right = 0;
    int top = Integer.MAX_VALUE;
    int bottom = 0;
    int position = 0;
    for (int i = 0; i < runs.length; i++) {
      int end = position + runs[i];
      if (i % 2 == 1) {
        left = Math.min(left, position / size.height());
        right = Math.max(right, (end - 1) / size.height() + 1);
        boolean oneColumn = position / size.height() == (end - 1) / size.height();
        top = Math.min(top, oneColumn ? position % size.height() : 0);
        bottom = Math.max(bottom, oneColumn ? (end - 1) % size.height() + 1 : size.height());
      }
      position = end;
    }
    return right == 0 ? Optional.empty() : Optional.of(new Box(left, top, right, bottom));
  }

  /** How many pixels are inside. */
  @Override
  public OptionalDouble area() {
    long inside = 0;
    for (int i = 1; i < runs.length; i += 2) {
      inside += runs[i];
    }
    return OptionalDouble.of((double) inside);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask mask && size.equals(mask.size) && Arrays.equals(runs, mask.runs);
  }

  @Override
  public int hashCode() {
    return 31 * size.hashCode() + Arrays.hashCode(runs);
  }

  @Override
  public String toString() {
    return "Mask[%d x %d, %s]"
        .formatted(size.width(), size.height(), Text.excerpt(Arrays.toString(runs)));
  }
}
