package dev.fovea.rollouts.capture;

import dev.fovea.kernel.ByteSize;
import dev.fovea.roles.Callers;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.serving.FrameBatch;
import dev.fovea.serving.FramesTooLarge;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes frames from model servers in containers ({@link FrameBatch}), as though their server ran in
 * this process. Which project, model and version they are of says the caller's token, never the
 * body. The same frame twice is kept once.
 */
@RestController
public final class PodFrames {
  private static final int MOST_BATCHES = 4;
  private static final int MOST_OF_ONE = 2;

  private final LiveRollouts rollouts;
  private final FrameSinks sinks;
  private final ImageCheck check;
  private final Duration patience;
  private final Turnstile door = new Turnstile(MOST_BATCHES, MOST_OF_ONE);

  /**
   * @param patience for one body
   */
  public PodFrames(LiveRollouts rollouts, FrameSinks sinks, Clock clock, Duration patience) {
    this.rollouts = rollouts;
    this.sinks = sinks;
    this.patience = patience;
    check = new ImageCheck(clock);
  }

  /** Keeps a batch before it answers. */
  @PostMapping(path = "/internal/v1/frames", consumes = FrameBatch.MEDIA_TYPE)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void take(HttpServletRequest request) throws Exception {
    var caller = Callers.current();
    var live =
        ModelServerTokens.rollout(caller)
            .flatMap(rollouts::find)
            .orElseThrow(() ->
                new NotAllowed(
                    "%s is no model server of a rollout that is under way or serves"
                        .formatted(caller.subject()),
                    "send frames from the rollout's own pods, with the token that they make"));
    requireShort(request);
    var rollout = live.served().rollout();
    if (!door.enter(rollout)) {
      throw new ServiceUnavailable(
          "rollouts",
          "%d batches of frames, or %d of rollout %s, are being read"
              .formatted(MOST_BATCHES, MOST_OF_ONE, rollout.abbreviated()),
          "send this one again in a second");
    }
    try {
      keep(live, request);
    } finally {
      door.leave(rollout);
    }
  }

  private static void requireShort(HttpServletRequest request) {
    ByteSize most = FrameBatch.MOST_BODY;
    if (request.getContentLengthLong() > most.bytes()) {
      throw new FramesTooLarge("body", most);
    }
  }

  private void keep(LiveRollouts.Live live, HttpServletRequest request) throws Exception {
    var frames = FrameBatch.read(new TimedBody(request.getInputStream(), patience));
    check.require(frames, live.served().plan());
    sinks.of(live.served(), live::arm).keep(frames);
  }
}
