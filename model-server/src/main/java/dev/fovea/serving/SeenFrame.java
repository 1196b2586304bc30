package dev.fovea.serving;

import dev.fovea.kernel.Digest;
import java.time.Instant;
import java.util.List;

/**
 * An image that the model answered.
 *
 * @param image the encoded bytes as the client sent them
 * @param digest of the image
 * @param answer the class
 * @param confidence of the class, 0 to 1
 * @param margin confidence less that of the second class, 0 to 1
 * @param probabilities one a class
 * @param reason why it was taken
 */
@SuppressWarnings("ArrayRecordComponent") // stored once, never compared
public record SeenFrame(
    byte[] image,
    Digest digest,
    String answer,
    double confidence,
    double margin,
    List<Double> probabilities,
    Reason reason,
    Instant seen) {
  /** Why a frame is taken. */
  public enum Reason {
    UNSURE,
    AUDIT
  }
}
