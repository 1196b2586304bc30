package dev.fovea.vision.jpeg;

/** The bits of one scan: takes out stuffed zeros and stops at the next marker. */
final class EntropyBits {
  private static final int MARKER = 0xff;

  private final byte[] file;
  private int at;
  private int held;
  private int count;

  EntropyBits(byte[] file, int start) {
    this.file = file;
    this.at = start;
  }

  /** The next 16 bits; zeros where the scan ends before. */
  int peek() {
    fill();
    return held >>> 16;
  }

  /** Consumes bits, at most 16, that were peeked. */
  void skip(int n) throws JpegCorrupt {
    if (n > count) {
      throw new JpegCorrupt("a scan ends before its last block");
    }
    held <<= n;
    count -= n;
  }

  /** The next n bits as a number, n from 0 to 16. */
  int bits(int n) throws JpegCorrupt {
    if (n == 0) {
      return 0;
    }
    fill();
    int value = held >>> (32 - n);
    skip(n);
    return value;
  }

  boolean bit() throws JpegCorrupt {
    return bits(1) != 0;
  }

  /** The next n bits as T.81's EXTEND (F.2.2.1) reads them: the lower half is negative. */
  int signed(int n) throws JpegCorrupt {
    int value = bits(n);
    return n == 0 || value >= 1 << (n - 1) ? value : value - (1 << n) + 1;
  }

  /** Drops what is left of the byte and passes the restart marker. */
  void restart() throws JpegCorrupt {
    held = 0;
    count = 0;
    while (at < file.length && !isMarker()) {
      at++;
    }
    while (at + 1 < file.length && (file[at + 1] & 0xff) == MARKER) {
      at++;
    }
    int marker = at + 1 < file.length ? file[at + 1] & 0xff : 0;
    if (marker < 0xd0 || marker > 0xd7) {
      throw new JpegCorrupt("a scan has no restart marker where its interval ends");
    }
    at += 2;
  }

  private boolean isMarker() {
    return (file[at] & 0xff) == MARKER && at + 1 < file.length && file[at + 1] != 0;
  }

  private void fill() {
    while (count <= 24 && at < file.length && !isMarker()) {
      int next = file[at] & 0xff;
      at += next == MARKER ? 2 : 1;
      held |= next << (24 - count);
      count += 8;
    }
  }
}
