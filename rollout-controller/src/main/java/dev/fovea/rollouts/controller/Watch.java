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
  private static final long BAKING_ANSWERS = 50;
  private static final long WAITING_ANSWERS = 200;

  private final TrafficRouter router;
  private final Map<Digest, Gathered> open = new ConcurrentHashMap<>();

  Watch(TrafficRouter router) {
    this.router = router;
  }

  /**
   * What came in so far.
   *
   * @param stage whose windows these are: no window mixes two, since they split the traffic
   *     otherwise
   * @param id of the window that was made of it; 0 before there is one
   */
  private record Gathered(Stage stage, ArmCounts stable, ArmCounts canary, long id) {
    static Gathered nothing(Stage stage) {
      return new Gathered(stage, ArmCounts.NONE, ArmCounts.NONE, 0);
    }
  }

  private record Stage(State state, int number) {
    static Stage of(Course course) {
      return new Stage(course.state(), course.stage());
    }
  }

  /**
   * Takes what is new; a window where there is enough. It stays until {@link #kept}, so a failed
   * transaction loses nothing.
   */
  Optional<Window> window(Course course, Digest stable) {
    long last = course.evidence().lastWindow();
    var stage = Stage.of(course);
    var before = open.getOrDefault(course.digest(), Gathered.nothing(stage));
    if (!before.stage().equals(stage) || before.id() > 0 && before.id() <= last) {
      // Of another stage, or kept after all, though the commit's answer was lost.
      before = Gathered.nothing(stage);
    }
    var both =
        new Gathered(
            stage,
            before.stable().plus(take(course, stable)),
            before.canary().plus(take(course, course.digest())),
            before.id());
    boolean enough =
        watched(course, both).total() >= Math.max(1, needed(course))
            && both.stable().total() > 0
            && both.canary().total() > 0;
    var gathered = enough ? new Gathered(stage, both.stable(), both.canary(), last + 1) : both;
    open.put(course.digest(), gathered);
    return enough
        ? Optional.of(new Window(gathered.id(), gathered.stable(), gathered.canary()))
        : Optional.empty();
  }

  /**
   * While it bakes, one arm has all the load and the other a tenth of it: how long their answers
   * take says nothing of the models then.
   */
  private ArmCounts take(Course course, Digest arm) {
    var counts = router.take(arm);
    return course.state() == State.BAKING ? counts.untimed() : counts;
  }

  /** The arm with fewer answers: what it did ends a window. */
  private static ArmCounts watched(Course course, Gathered both) {
    return course.state() == State.BAKING ? both.stable() : both.canary();
  }

  private static long needed(Course course) {
    return switch (course.state()) {
      case SHADOW, CANARY ->
          Math.min(CANARY_STAGE_ANSWERS, course.plan().canary().requests() - course.stageAnswers());
      case BAKING -> BAKING_ANSWERS;
      default -> WAITING_ANSWERS;
    };
  }

  /** The window is in the database, or nobody needs it any more. */
  void kept(Digest rollout) {
    open.remove(rollout);
  }
}
