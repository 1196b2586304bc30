package dev.fovea.kernel;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that tells how many bytes it gives, and what is skipped of it too. What is told may end
 * the reading by throwing.
 */
public abstract class MeteredStream extends FilterInputStream {
  protected MeteredStream(InputStream in) {
    super(in);
  }

  /**
   * Told after each read.
   *
   * @param bytes how many more, at least 1
   */
  protected abstract void passed(long bytes) throws IOException;

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      passed(1);
    }
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    if (read > 0) {
      passed(read);
    }
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    if (skipped > 0) {
      passed(skipped);
    }
    return skipped;
  }

  /** Nothing passes twice. */
  @Override
  public boolean markSupported() {
    return false;
  }
}
