package dev.fovea.datasets.dvc;

import dev.fovea.dvc.Md5;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * An upload that fails at its end, or before, unless its bytes have the MD5 that its name claims:
 * so the store that reads it never makes anything else visible.
 */
final class CheckedUpload extends FilterInputStream {
  private final String name;
  private final String md5;
  private final long limitBytes;
  private final MessageDigest hasher = Md5.hasher();
  private long bytes;
  private boolean checked;

  CheckedUpload(InputStream in, String name, String md5, long limitBytes) {
    super(in);
    this.name = name;
    this.md5 = md5;
    this.limitBytes = limitBytes;
  }

  /** How many have been read. */
  long bytes() {
    return bytes;
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
      bytes += n;
      if (bytes > limitBytes) {
        throw DvcObjectRefused.tooLarge(name, limitBytes);
      }
    } else if (n < 0 && !checked) {
      checked = true;
      var actual = HexFormat.of().formatHex(hasher.digest());
      if (!actual.equals(md5)) {
        throw DvcObjectRefused.mismatch(name, actual);
      }
    }
    return n;
  }

  // What is skipped counts, too.
  @Override
  public long skip(long n) throws IOException {
    return Math.max(0, read(new byte[(int) Math.clamp(n, 0, 8192)]));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
