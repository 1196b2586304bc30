package dev.fovea.serving;

import dev.fovea.kernel.Digest;
import dev.fovea.serving.SeenFrame.Reason;
import java.time.Instant;
import java.util.List;

/** Frames that a model was unsure of. */
final class SeenFrames {
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456Z");

  private SeenFrames() {}

  static SeenFrame of(byte[] image) {
    return new SeenFrame(
        image,
        Digest.sha256(image),
        "bright",
        0.625,
        0.25,
        List.of(0.375, 0.625),
        Reason.UNSURE,
        NOON);
  }
}
