package dev.fovea.labels;

import java.util.Arrays;
import java.util.BitSet;

/** Runs outside and inside an object, by turns, and COCO's text for them. */
final class RunLengths {
  private static final int FIRST_CHAR = 48;
  private static final int LAST_CHAR = FIRST_CHAR + 63;
  private static final int MAX_CHARS_EACH = 7; // 5 bits each hold more than any difference of ints

  private RunLengths() {}

  /** The runs of a set of positions. */
  static int[] of(BitSet inside, int length) {
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
  static int[] canonical(int[] runs) {
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

  /** COCO's text: each run, from the fourth on less the one two before it, in groups of 5 bits. */
  static String compress(int[] runs) {
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

  static int[] decompress(String text) {
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
      if (value < 0 || value > Mask.MAX_PIXELS) {
        throw new IllegalArgumentException(
            "mask: a run of %d pixels (expected: 0 to %d)".formatted(value, Mask.MAX_PIXELS));
      }
      runs = count == runs.length ? Arrays.copyOf(runs, 2 * count) : runs;
      runs[count++] = (int) value;
    }
    return Arrays.copyOf(runs, count);
  }
}
