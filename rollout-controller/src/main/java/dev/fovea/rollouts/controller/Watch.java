package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.judge.Window;
import dev.fovea.rollouts.router.TrafficRouter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gathers what both arms do until it is worth a look. A window ends by the number of answers alone,
 * never by how they were, so that looking doesn't choose what is seen. What a process had gathered
 * when it was killed is lost, good and bad alike.
 */
final class Watch {
  // A window needs some answers of both arms to say anything, and a handful keeps its overhead
  // small.
  private static final long CANARY_STAGE_ANSWERS = 10;
  private static final long WAITING_ANSWERS = 200;

  private final TrafficRouter router;
  private final Map<Digest, Gathered> open = new ConcurrentHashMap<>();

  Watch(TrafficRouter router) {
    this.router = router;
  }

  /**
   * What came in so far.
   *
   * @param id of the window that was made of it; 0 before there is one
   */
  private record Gathered(ArmCounts stable, ArmCounts canary, long id) {
    static final Gathered NOTHING = new Gathered(ArmCounts.NONE, ArmCounts.NONE, 0);
  }

  /**
   * Takes what is new; a window where there is enough. It stays until {@link #kept}, so a failed
   * transaction loses nothing.
   */
  Optional<Window> window(Course course, Digest stable) {
    long last = course.evidence().lastWindow();
    var before = open.getOrDefault(course.digest(), Gathered.NOTHING);
    if (before.id() > 0 && before.id() <= last) {
      before = Gathered.NOTHING; // it was kept after all, though the commit's answer was lost
    }
    var both =
        new Gathered(
            before.stable().plus(router.take(stable)),
            before.canary().plus(router.take(course.digest())),
            before.id());
    boolean enough =
        both.stable().total() > 0 && both.canary().total() >= Math.max(1, needed(course));
    var gathered = enough ? new Gathered(both.stable(), both.canary(), last + 1) : both;
    open.put(course.digest(), gathered);
    return enough
        ? Optional.of(new Window(gathered.id(), gathered.stable(), gathered.canary()))
        : Optional.empty();
  }

  private static long needed(Course course) {
    return course.state() == State.CANARY
        ? Math.min(CANARY_STAGE_ANSWERS, course.plan().canary().requests() - course.stageAnswers())
        : WAITING_ANSWERS;
  }

  /** The window is in the database, or nobody needs it any more. */
  void kept(Digest rollout) {
    open.remove(rollout);
  }
}
