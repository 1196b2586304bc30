package dev.fovea.labels.format;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A file that may not be larger than expected. */
final class BoundedStream extends FilterInputStream {
  private final String file;
  private final long most;
  private long read;

  BoundedStream(InputStream in, String file, long most) {
    super(in);
    this.file = file;
    this.most = most;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    count(Math.max(count, 0));
    return count;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(long more) throws IOException {
    read += more;
    if (read > most) {
      throw new LabelsTooLarge(file, "more than %d bytes".formatted(most));
    }
  }
}
