package dev.fovea.store;

import dev.fovea.kernel.Problem;

/** A part that was sent is not there any more, or other bytes were sent in its place. */
public final class PartGone extends Problem {
  private final int number;

  public PartGone(int number) {
    super(
        Kind.CONFLICT,
        "part %d is not there any more, or was sent again with other bytes".formatted(number),
        "begin the upload again");
    this.number = number;
  }

  public int number() {
    return number;
  }
}
