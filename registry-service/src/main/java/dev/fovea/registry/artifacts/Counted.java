package dev.fovea.registry.artifacts;

import dev.fovea.kernel.MeteredStream;
import dev.fovea.registry.protocol.MlflowError;
import java.io.InputStream;

/** A stream that knows how many bytes it gave and ends with a refusal when they are too many. */
final class Counted extends MeteredStream {
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
  protected void passed(long bytes) {
    count += bytes;
    if (count > most) {
      throw MlflowError.invalid(
          "artifact: more than %d bytes (expected: at most that many)".formatted(most));
    }
  }
}
