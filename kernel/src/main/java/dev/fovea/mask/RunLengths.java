package dev.fovea.mask;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Runs outside and inside an object, by turns, down the columns of an image from its upper left
 * pixel; the first is outside. And COCO's text for them, as {@code maskApi.c} of pycocotools 2.0.11
 * has it.
 */
public final class RunLengths {
  /** How many pixels an image with a mask may have. */
  public static final int MAX_PIXELS = 1 << 28;

  private static final int FIRST_CHAR = 48;
  private static final int LAST_CHAR = FIRST_CHAR + 63;
  private static final int MAX_CHARS_EACH = 7; // 5 bits each hold more than any difference of ints

  private RunLengths() {}

  /**
   * Refuses runs that are not all pixels of an image.
   *
   * @throws IllegalArgumentException when a run is negative, the runs don't fill an image of this
   *     size exactly, or it has more than {@link #MAX_PIXELS} pixels
   */
  public static void requireFilled(int width, int height, int[] runs) {
    requirePixels(width, height);
    long pixels = 0;
    for (int run : runs) {
      if (run < 0) {
        throw new IllegalArgumentException(
            "mask: a run of %d pixels (expected: at least 0)".formatted(run));
      }
      pixels += run;
    }
    if (pixels != (long) width * height) {
      throw new IllegalArgumentException(
          "mask: runs of %d pixels in all (expected: %d x %d = %d)"
              .formatted(pixels, width, height, (long) width * height));
    }
  }

  /**
   * Refuses an image that is too large for a mask.
   *
   * @throws IllegalArgumentException when it has no pixel or more than {@link #MAX_PIXELS}
   */
  public static void requirePixels(int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "mask: an image of %d x %d px (expected: at most %d pixels)"
              .formatted(width, height, MAX_PIXELS));
    }
  }

  /** The runs of a set of positions. */
  public static int[] of(BitSet inside, int length) {
    var runs = new int[16];
    int count = 0;
    int position = 0;
    while (position < length) {
      int end = count % 2 == 0 ? inside.nextSetBit(position) : inside.nextClearBit(position);
      end = end < 0 ? length : Math.min(end, length);
      runs = count == runs.length ? Arrays.copyOf(runs, 2 * count) : runs;
      runs[count++] = end - position;
      position = end;
    }
    return Arrays.copyOf(runs, count);
  }

  /** The same pixels without runs of length 0, but for the first. */
  public static int[] canonical(int[] runs) {
    var shorter = new int[runs.length];
    int count = 0;
    for (int i = 0; i < runs.length; i++) {
      if (runs[i] == 0 && i > 0) {
        continue;
      }
      boolean inside = i % 2 == 1;
      boolean continues = count > 0 && inside == (count % 2 == 0);
      if (continues) {
        shorter[count - 1] += runs[i];
      } else {
        shorter[count++] = runs[i];
      }
    }
    return Arrays.copyOf(shorter, count);
  }

  /** The pixels that are in one of two masks of the same image; without runs of length 0. */
  public static int[] union(int[] a, int[] b) {
    var union = new int[a.length + b.length + 1];
    int count = 1;
    boolean inside = false;
    int nextA = 0;
    int nextB = 0;
    int leftA = a.length > 0 ? a[0] : 0;
    int leftB = b.length > 0 ? b[0] : 0;
    while (nextA < a.length && nextB < b.length) {
      boolean in = nextA % 2 == 1 || nextB % 2 == 1;
      int step = Math.min(leftA, leftB);
      if (step > 0 && in != inside) {
        inside = in;
        count++;
      }
      union[count - 1] += step;
      leftA -= step;
      leftB -= step;
      if (leftA == 0) {
        leftA = ++nextA < a.length ? a[nextA] : 0;
      }
      if (leftB == 0) {
        leftB = ++nextB < b.length ? b[nextB] : 0;
      }
    }
    return Arrays.copyOf(union, count);
  }

  /** COCO's text: each run, from the fourth on less the one two before it, in groups of 5 bits. */
  public static String compress(int[] runs) {
    var text = new StringBuilder();
    for (int i = 0; i < runs.length; i++) {
      long rest = i > 2 ? (long) runs[i] - runs[i - 2] : runs[i];
      boolean more = true;
      while (more) {
        int bits = (int) (rest & 0x1f);
        rest >>= 5;
        more = (bits & 0x10) != 0 ? rest != -1 : rest != 0;
        text.append((char) (FIRST_CHAR + (more ? bits | 0x20 : bits)));
      }
    }
    return text.toString();
  }

  /**
   * The runs in COCO's text, at most one a character.
   *
   * @throws IllegalArgumentException when it is no such text
   */
  public static int[] decompress(String text) {
    var runs = new int[16];
    int count = 0;
    int position = 0;
    while (position < text.length()) {
      long value = 0;
      int shift = 0;
      int bits;
      do {
        if (position == text.length()) {
          throw new IllegalArgumentException("mask: counts end in the middle of a run");
        }
        char c = text.charAt(position++);
        if (c < FIRST_CHAR || c > LAST_CHAR || shift == 5 * MAX_CHARS_EACH) {
          throw new IllegalArgumentException(
              "mask: counts with U+%04X at %d (expected: '0' to 'o', at most %d for a run)"
                  .formatted((int) c, position - 1, MAX_CHARS_EACH));
        }
        bits = c - FIRST_CHAR;
        value |= (long) (bits & 0x1f) << shift;
        shift += 5;
      } while ((bits & 0x20) != 0);
      if ((bits & 0x10) != 0) {
        value |= -1L << shift;
      }
      value += count > 2 ? runs[count - 2] : 0;
      if (value < 0 || value > MAX_PIXELS) {
        throw new IllegalArgumentException(
            "mask: a run of %d pixels (expected: 0 to %d)".formatted(value, MAX_PIXELS));
      }
      runs = count == runs.length ? Arrays.copyOf(runs, 2 * count) : runs;
      runs[count++] = (int) value;
    }
    return Arrays.copyOf(runs, count);
  }
}
