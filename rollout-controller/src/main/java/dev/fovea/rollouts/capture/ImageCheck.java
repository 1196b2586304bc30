package dev.fovea.rollouts.capture;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.serving.SeenFrame;
import dev.fovea.serving.ServerLimits;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.ImageDecoder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whether frames can be what a model server of a plan saw: images that it decodes, answers that it
 * gives, at a time that is not absurd. Decodes one image at a time, since a raster is large.
 */
final class ImageCheck {
  private static final Duration OLDEST = Duration.ofDays(1);
  private static final Duration AHEAD = Duration.ofHours(1);

  private final ImageDecoder decoder = new ImageDecoder(ServerLimits.standard().images());
  private final ReentrantLock decoding = new ReentrantLock();
  private final Clock clock;

  ImageCheck(Clock clock) {
    this.clock = clock;
  }

  /**
   * Does nothing where all can be.
   *
   * @throws InvalidRequest for the first that can't: says which, what it has and what was expected
   */
  void require(List<SeenFrame> frames, Plan plan) {
    for (var frame : frames) {
      requireAnswer(frame, plan.classes());
      requireTime(frame);
      requireImage(frame);
    }
  }

  private static void requireAnswer(SeenFrame frame, List<String> classes) {
    if (!classes.contains(frame.answer())) {
      throw invalid(
          frame,
          "answer '%s' (expected: a class of the rollout's model)"
              .formatted(Text.excerpt(frame.answer())));
    }
    if (frame.probabilities().size() != classes.size()) {
      throw invalid(
          frame,
          "%d probabilities (expected: %d, one a class)"
              .formatted(frame.probabilities().size(), classes.size()));
    }
  }

  private void requireTime(SeenFrame frame) {
    var now = clock.instant();
    if (frame.seen().isBefore(now.minus(OLDEST)) || frame.seen().isAfter(now.plus(AHEAD))) {
      throw invalid(
          frame,
          "seen at %s (expected: within a day before %s; see the node's clock)"
              .formatted(frame.seen(), now));
    }
  }

  private void requireImage(SeenFrame frame) {
    decoding.lock();
    try {
      if (decoder.decode(frame.image()) instanceof Decoding.Refused(_, var explanation)) {
        throw invalid(frame, explanation);
      }
    } finally {
      decoding.unlock();
    }
  }

  private static InvalidRequest invalid(SeenFrame frame, String what) {
    return new InvalidRequest(
        "frame %s: %s".formatted(frame.digest().abbreviated(), what),
        "send frames that the rollout's own server answered");
  }
}
