package dev.fovea.kernel;

import java.io.IOException;
import java.io.InputStream;

/**
 * An object's bytes over connections that may break: what was read stays read, the rest is asked
 * for again. Gives up where no new byte comes in a few tries in a row.
 */
public final class ResumedStream extends InputStream {
  /** Opens the object from a byte on. */
  public interface Source {
    InputStream from(long offset) throws IOException;
  }

  private static final int TRIES = 4;

  private final String what;
  private final Source source;
  private final long size;
  private InputStream current;
  private long count;
  private int broken;

  /**
   * @param what it is, for people
   * @param first its bytes from the first on
   * @param size of all of it in bytes, or more where nobody knows
   * @param source opens it again
   */
  public ResumedStream(String what, InputStream first, long size, Source source) {
    this.what = what;
    this.source = source;
    this.size = size;
    this.current = first;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      try {
        int n = current.read(buffer, offset, length);
        if (n > 0) {
          count += n;
          broken = 0;
        }
        return n;
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  private void resume(IOException why) throws IOException {
    broken++;
    if (broken >= TRIES || count >= size) {
      throw new IOException(
          "%s: broke off at byte %d, %d times in a row: %s"
              .formatted(what, count, broken, why.getMessage()),
          why);
    }
    close();
    current = source.from(count);
  }

  @Override
  public int available() throws IOException {
    return current.available();
  }

  @Override
  public void close() {
    try {
      current.close();
    } catch (IOException _) {
      // It is broken, or nobody wants the rest.
    }
  }
}
