package dev.fovea.dvc.directory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The paths of many files in the memory that their letters need: in UTF-8, one behind the other.
 * The order of UTF-8's bytes is that of the code points, {@link CodePoints#ORDER}.
 */
public final class PathColumn {
  private final byte[] text;
  private final int[] ends;

  /**
   * @param text all of them, without anything between them
   * @param ends where each ends in it, exclusive
   */
  public PathColumn(byte[] text, int[] ends) {
    this.text = text;
    this.ends = ends;
  }

  public int size() {
    return ends.length;
  }

  /** One of them. */
  public String get(int i) {
    return new String(text, begin(i), length(i), StandardCharsets.UTF_8);
  }

  /** Its first bytes, which end where a letter does. */
  String get(int i, int bytes) {
    return new String(text, begin(i), bytes, StandardCharsets.UTF_8);
  }

  private int begin(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  /** In bytes. */
  public int length(int i) {
    return ends[i] - begin(i);
  }

  /** One byte of one of them. */
  byte at(int i, int offset) {
    return text[begin(i) + offset];
  }

  /** As {@link CodePoints#ORDER} compares the two paths. */
  public int compare(int i, PathColumn other, int j) {
    return Arrays.compareUnsigned(
        text, begin(i), ends[i], other.text, other.begin(j), other.ends[j]);
  }

  /** How many bytes at their beginning two of them share. */
  int shared(int i, int j) {
    int mismatch = Arrays.mismatch(text, begin(i), ends[i], text, begin(j), ends[j]);
    return mismatch < 0 ? length(i) : mismatch;
  }

  /** Whether these paths, which are in order, have the first bytes of one of them as a path. */
  boolean hasBeginning(int i, int length) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order =
          Arrays.compareUnsigned(
              text, begin(middle), ends[middle], text, begin(i), begin(i) + length);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  /** Appends one of them as it is. */
  void copy(int i, byte[] to, int at) {
    System.arraycopy(text, begin(i), to, at, length(i));
  }

  /** All of them, behind one another. */
  public byte[] text() {
    return text;
  }

  /** Where each ends in {@link #text}, exclusive. */
  public int[] ends() {
    return ends;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathColumn column
        && Arrays.equals(ends, column.ends)
        && Arrays.equals(text, column.text);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(text) + Arrays.hashCode(ends);
  }

  /** Takes paths one after the other. */
  public static final class Builder {
    private byte[] text;
    private int[] ends;
    private int length;
    private int size;

    /**
     * @param files how many are expected
     */
    public Builder(int files) {
      text = new byte[Math.max(64, files * 16)];
      ends = new int[Math.max(16, files)];
    }

    public int size() {
      return size;
    }

    /** One more. */
    public void add(String path) {
      add(path.getBytes(StandardCharsets.UTF_8));
    }

    /** One more, as the parts that follow each other in it. */
    public void add(byte[]... parts) {
      for (var part : parts) {
        append(part, 0, part.length);
      }
      end();
    }

    /** One more, as a part of some bytes. */
    public void add(byte[] bytes, int from, int to) {
      append(bytes, from, to - from);
      end();
    }

    /** One more, that begins with some bytes and goes on as one of others does. */
    public void add(byte[] beginning, PathColumn others, int i) {
      append(beginning, 0, beginning.length);
      append(others.text, others.begin(i), others.length(i));
      end();
    }

    private void append(byte[] from, int begin, int bytes) {
      if (text.length - length < bytes) {
        text = Arrays.copyOf(text, grown(text.length, length + (long) bytes));
      }
      System.arraycopy(from, begin, text, length, bytes);
      length += bytes;
    }

    private void end() {
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, grown(ends.length, size + 1L));
      }
      ends[size++] = length;
    }

    private static int grown(int now, long least) {
      if (least > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "paths: %d bytes or more (expected: less than 2 GiB)".formatted(least));
      }
      return (int) Math.clamp(now + (now >> 1), least, Integer.MAX_VALUE - 8);
    }

    /** All that were taken. */
    public PathColumn build() {
      return new PathColumn(
          length == text.length ? text : Arrays.copyOf(text, length),
          size == ends.length ? ends : Arrays.copyOf(ends, size));
    }
  }
}
