package dev.fovea.dvc;

import java.security.MessageDigest;

/**
 * {@code md5-dos2unix} of DVC 2 (dvc-data 3.18, {@code hashfile/hash.py} and {@code
 * istextfile.py}): the MD5 of a text without its carriage returns before line feeds. A mebibyte
 * after the other is judged by its own first 512 bytes, so what stands across two of them stays.
 */
final class DosToUnixMd5 extends MessageDigest {
  private static final int CHUNK = 1 << 20;
  private static final int LOOKED_AT = 512;

  /** More than 3 in 10 bytes that no text has make it none. */
  private static final int OTHERS = 3;

  private static final int OF = 10;

  private final MessageDigest md5 = Md5.hasher();
  private final byte[] chunk = new byte[CHUNK];
  private int filled;

  DosToUnixMd5() {
    super("MD5-DOS2UNIX");
  }

  @Override
  protected void engineUpdate(byte input) {
    chunk[filled++] = input;
    if (filled == CHUNK) {
      take();
    }
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    int from = offset;
    for (int left = length; left > 0; ) {
      int n = Math.min(left, CHUNK - filled);
      System.arraycopy(input, from, chunk, filled, n);
      filled += n;
      from += n;
      left -= n;
      if (filled == CHUNK) {
        take();
      }
    }
  }

  private void take() {
    if (isText()) {
      int kept = 0;
      for (int i = 0; i < filled; i++) {
        boolean dropped = chunk[i] == '\r' && i + 1 < filled && chunk[i + 1] == '\n';
        if (!dropped) {
          chunk[kept++] = chunk[i];
        }
      }
      filled = kept;
    }
    md5.update(chunk, 0, filled);
    filled = 0;
  }

  private boolean isText() {
    int looked = Math.min(filled, LOOKED_AT);
    int others = 0;
    for (int i = 0; i < looked; i++) {
      if (chunk[i] == 0) {
        return false;
      }
      others += isOfText(chunk[i]) ? 0 : 1;
    }
    return others * OF <= looked * OTHERS;
  }

  private static boolean isOfText(byte c) {
    return c >= ' ' && c <= '~' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\b';
  }

  @Override
  protected byte[] engineDigest() {
    take();
    return md5.digest();
  }

  @Override
  protected void engineReset() {
    filled = 0;
    md5.reset();
  }
}
