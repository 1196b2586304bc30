package dev.fovea.store;

import dev.fovea.kernel.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * An object's bytes, compared with its digest when the last one is read: that read throws where
 * they differ.
 */
public final class VerifiedStream extends FilterInputStream {
  private final Digest expected;
  private final Runnable onDamage;
  private final long size;
  private final MessageDigest hasher = Digest.hasher();
  private long count;

  /**
   * @param size how many bytes there are, so that a reader who knows it too, and stops there, is
   *     told as well
   * @param onDamage told before {@link ObjectDamaged} is thrown
   */
  public VerifiedStream(InputStream bytes, Digest expected, long size, Runnable onDamage) {
    super(bytes);
    this.expected = expected;
    this.size = size;
    this.onDamage = onDamage;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = super.read(buffer, offset, length);
    if (n > 0) {
      hasher.update(buffer, offset, n);
      count += n;
    }
    if (n < 0 || count >= size) {
      verify();
    }
    return n;
  }

  /** Reads and drops, since what is skipped is part of the digest too. */
  @Override
  public long skip(long count) throws IOException {
    var dropped = new byte[8192];
    long left = count;
    while (left > 0) {
      int n = read(dropped, 0, (int) Math.min(left, dropped.length));
      if (n < 0) {
        break;
      }
      left -= n;
    }
    return count - left;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void verify() throws IOException {
    // A clone, so that another read at the end verifies the same again.
    try {
      var found = HexFormat.of().formatHex(((MessageDigest) hasher.clone()).digest());
      if (!found.equals(expected.hex())) {
        onDamage.run();
        throw new ObjectDamaged(expected);
      }
    } catch (CloneNotSupportedException e) {
      throw new IOException("SHA-256 of this Java can't be copied", e);
    }
  }
}
