package dev.fovea.vision;

/**
 * What an image looks like, in 64 bits: compares neighbouring cells of a 9 x 8 grid of mean
 * brightness, row by row. Images that look alike differ in few bits.
 */
public final class DifferenceHash {
  /** In pixels; below, a cell of the hash is too small for its brightness to say much. */
  private static final int LEAST_SIDE = 64;

  /**
   * Fewer bits that are set, or not set, are a plain image or a gradient: like any other of those.
   */
  private static final int LEAST_DETAIL = 8;

  private static final int COLUMNS = 9;
  private static final int ROWS = 8;
  private static final int SAMPLES = 32;

  private DifferenceHash() {}

  /**
   * Whether the hash of an image says what it shows.
   *
   * @param width of the image in pixels
   * @param height of the image in pixels
   */
  public static boolean tells(long hash, int width, int height) {
    int set = Long.bitCount(hash);
    return width >= LEAST_SIDE
        && height >= LEAST_SIDE
        && set >= LEAST_DETAIL
        && set <= Long.SIZE - LEAST_DETAIL;
  }

  /** The hash of an image; the first bit compares the two cells at its upper left. */
  public static long of(Frame frame) {
    long hash = 0;
    for (int row = 0; row < ROWS; row++) {
      double left = brightness(frame, 0, row);
      for (int column = 1; column < COLUMNS; column++) {
        double right = brightness(frame, column, row);
        hash = hash << 1 | (left > right ? 1 : 0);
        left = right;
      }
    }
    return hash;
  }

  // At most 32 x 32 samples a cell, so that a large image costs no more than a small one.
  private static double brightness(Frame frame, int column, int row) {
    int left = column * frame.width() / COLUMNS;
    int right = Math.max(left + 1, (column + 1) * frame.width() / COLUMNS);
    int top = row * frame.height() / ROWS;
    int bottom = Math.max(top + 1, (row + 1) * frame.height() / ROWS);
    int stepX = Math.ceilDiv(right - left, SAMPLES);
    int stepY = Math.ceilDiv(bottom - top, SAMPLES);
    double sum = 0;
    int count = 0;
    for (int y = top; y < bottom; y += stepY) {
      for (int x = left; x < right; x += stepX) {
        sum += brightness(frame, x, y, frame.channels());
        count++;
      }
    }
    return sum / count;
  }

  private static double brightness(Frame frame, int x, int y, int channels) {
    return channels == 1
        ? frame.sample(x, y, 0)
        : 0.299 * frame.sample(x, y, 0)
            + 0.587 * frame.sample(x, y, 1)
            + 0.114 * frame.sample(x, y, 2);
  }
}
