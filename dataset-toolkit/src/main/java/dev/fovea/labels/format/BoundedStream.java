package dev.fovea.labels.format;

import dev.fovea.kernel.MeteredStream;
import java.io.IOException;
import java.io.InputStream;

/** A file that may not be larger than expected. */
final class BoundedStream extends MeteredStream {
  private final String file;
  private final long most;
  private long read;

  BoundedStream(InputStream in, String file, long most) {
    super(in);
    this.file = file;
    this.most = most;
  }

  @Override
  protected void passed(long bytes) throws IOException {
    read += bytes;
    if (read > most) {
      throw new LabelsTooLarge(file, "more than %d bytes".formatted(most));
    }
  }
}
