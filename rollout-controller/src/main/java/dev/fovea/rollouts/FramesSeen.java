package dev.fovea.rollouts;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;

/**
 * A model in production saw images that are worth a look; their bytes are in the object store.
 *
 * @param frames 1 to 100
 */
public record FramesSeen(Name project, List<Frame> frames) {
  /**
   * One image and its answer.
   *
   * @param image the object that holds its bytes
   * @param variant the file that answered
   * @param arm {@code stable}, {@code canary} or {@code shadow}
   * @param answer the class it gave
   * @param confidence of that class, 0 to 1
   * @param margin confidence less that of the second class, 0 to 1
   * @param probabilities one a class, in the model's order
   * @param reason why it was taken: {@code unsure} or {@code audit}
   */
  public record Frame(
      Digest image,
      Name model,
      Digest variant,
      String arm,
      String answer,
      double confidence,
      double margin,
      List<Double> probabilities,
      String reason,
      Instant seen) {
    public Frame {
      probabilities = List.copyOf(probabilities);
    }
  }

  public FramesSeen {
    frames = List.copyOf(frames);
    if (frames.isEmpty() || frames.size() > 100) {
      throw new IllegalArgumentException(
          "frames: %d (expected: 1 to 100)".formatted(frames.size()));
    }
  }
}
