package dev.fovea.dvc.directory;

import java.util.Arrays;
import java.util.HexFormat;

/** The MD5s of many files, 16 bytes each. */
public final class Md5Column {
  private final long[] high;
  private final long[] low;

  /**
   * @param high the first eight bytes of each, the first of them in the highest bits
   * @param low the other eight
   */
  public Md5Column(long[] high, long[] low) {
    this.high = high;
    this.low = low;
  }

  public int size() {
    return high.length;
  }

  /** The first eight bytes of one. */
  public long high(int i) {
    return high[i];
  }

  /** The last eight bytes of one. */
  public long low(int i) {
    return low[i];
  }

  /** 32 lower-case hex digits. */
  public String hex(int i) {
    return HexFormat.of().toHexDigits(high[i]) + HexFormat.of().toHexDigits(low[i]);
  }

  /** Whether two are the same. */
  public boolean same(int i, Md5Column other, int j) {
    return high[i] == other.high[j] && low[i] == other.low[j];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Md5Column column
        && Arrays.equals(high, column.high)
        && Arrays.equals(low, column.low);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(low);
  }

  /** Takes MD5s one after the other. */
  static final class Builder {
    private long[] high;
    private long[] low;
    private int size;

    public Builder(int files) {
      high = new long[Math.max(16, files)];
      low = new long[Math.max(16, files)];
    }

    /**
     * @param hex 32 hex digits
     */
    void add(String hex) {
      add(HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    void add(long itsHigh, long itsLow) {
      if (size == high.length) {
        high = Arrays.copyOf(high, size + (size >> 1));
        low = Arrays.copyOf(low, size + (size >> 1));
      }
      high[size] = itsHigh;
      low[size++] = itsLow;
    }

    public Md5Column build() {
      return new Md5Column(Arrays.copyOf(high, size), Arrays.copyOf(low, size));
    }
  }
}
