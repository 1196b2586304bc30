package dev.fovea.registry.artifacts;

import dev.fovea.registry.protocol.MlflowError;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that knows how many bytes it gave and ends with a refusal when they are too many. */
final class Counted extends FilterInputStream {
  private final long most;
  private long count;

  Counted(InputStream in, long most) {
    super(in);
    this.most = most;
  }

  long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    add(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    add(Math.max(read, 0));
    return read;
  }

  @Override
  public long skip(long n) throws IOException {
    long skipped = super.skip(n);
    add(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void add(long more) {
    count += more;
    if (count > most) {
      throw MlflowError.invalid(
          "artifact: more than %d bytes (expected: at most that many)".formatted(most));
    }
  }
}
