package dev.fovea.pipelines.feedback;

import dev.fovea.datasets.Frame;
import dev.fovea.datasets.Frames;
import dev.fovea.roles.queue.Handler;
import dev.fovea.rollouts.FramesSeen;

/**
 * Hands frames that a deployed model was unsure of to the datasets. Neither service knows the
 * other.
 */
public final class FrameReturn {
  private final Frames frames;

  public FrameReturn(Frames frames) {
    this.frames = frames;
  }

  /** Hears of frames; keeping a frame twice is keeping it once. */
  public Handler<FramesSeen> onFramesSeen() {
    return Handler.of(FramesSeen.class, this::keep);
  }

  private void keep(FramesSeen seen) {
    frames.capture(
        seen.project(),
        seen.frames().stream()
            .map(frame ->
                new Frame(
                    frame.image(),
                    frame.model(),
                    frame.variant(),
                    frame.arm(),
                    frame.answer(),
                    frame.confidence(),
                    frame.margin(),
                    frame.probabilities(),
                    frame.reason(),
                    frame.seen()))
            .toList());
  }
}
