package dev.fovea.serving;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Problem;

/** A batch of frames, or one frame of it, is beyond what is taken. */
public final class FramesTooLarge extends Problem {
  private final String part;
  private final ByteSize most;

  /**
   * @param part what is too large, such as {@code image 3}
   * @param most what would be taken
   */
  public FramesTooLarge(String part, ByteSize most) {
    super(
        Kind.TOO_LARGE,
        "%s: more than %s".formatted(part, most),
        "send fewer frames at once, and none that is larger");
    this.part = part;
    this.most = most;
  }

  public String part() {
    return part;
  }

  public ByteSize most() {
    return most;
  }
}
