package dev.fovea.vision;

import dev.fovea.vision.Decoding.Reason;

/** Leaves the parsers; becomes {@link Decoding.Refused} at the package's edge. */
final class ImageRefusal extends Exception {
  private final Reason reason;

  ImageRefusal(Reason reason, String explanation) {
    super(explanation, null, false, false);
    this.reason = reason;
  }

  Decoding.Refused asResult() {
    return new Decoding.Refused(reason, String.valueOf(getMessage()));
  }
}
