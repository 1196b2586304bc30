package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.judge.Share;
import dev.fovea.rollouts.judge.Window;
import dev.fovea.rollouts.router.TrafficRouter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Gathers what both arms do until it is worth a look. A window ends by the number of answers alone,
 * never by how they were, so that looking doesn't choose what is seen. What a process had gathered
 * when it was killed is lost, good and bad alike.
 *
 * <p>It also sees whether the arms get the shares that were asked for. The judge needs no share to
 * be right; a rollout whose share is another one than people agreed to is held all the same.
 */
final class Watch {
  // A window needs some answers of both arms to say anything, and a handful keeps its overhead
  // small.
  private static final long CANARY_STAGE_ANSWERS = 10;
  private static final long BAKING_ANSWERS = 50;
  private static final long WAITING_ANSWERS = 200;

  // A right share is taken for wrong once in so many stages, and only holds the rollout.
  private static final double WRONGLY_HELD = 0.001;
  // So many requests in the right share end a hold.
  private static final long CONVINCING = 500;

  private final TrafficRouter router;
  private final Duration settle;
  private final LongSupplier nanos;
  private final Map<Digest, Gathered> open = new ConcurrentHashMap<>();
  private final Map<Digest, Shares> shares = new ConcurrentHashMap<>();

  /**
   * @param settle how long a new split may take until every request follows it
   * @param nanos a clock that only goes on
   */
  Watch(TrafficRouter router, Duration settle, LongSupplier nanos) {
    this.router = router;
    this.settle = settle;
    this.nanos = nanos;
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

    Gathered plus(ArmCounts stableMore, ArmCounts canaryMore) {
      return new Gathered(stage, stable.plus(stableMore), canary.plus(canaryMore), id);
    }
  }

  private record Stage(State state, int number) {
    static Stage of(Course course) {
      return new Stage(course.state(), course.stage());
    }
  }

  /**
   * The requests since a weight was set.
   *
   * @param pure whether all of what is taken next came under this weight
   * @param off what was wrong, until enough came in the right share
   */
  private record Shares(
      int weight, long sinceNanos, boolean pure, Optional<Share> seen, Optional<String> off) {}

  /** The canary's weight is this one now. */
  void routed(Digest rollout, int weight) {
    var now = shares.get(rollout);
    if (now == null || now.weight() != weight) {
      shares.put(
          rollout,
          new Shares(weight, nanos.getAsLong(), false, Optional.empty(), Optional.empty()));
    }
  }

  /** Why the shares are not what was asked for, if so. */
  Optional<String> hold(Digest rollout) {
    return Optional.ofNullable(shares.get(rollout)).flatMap(Shares::off);
  }

  /**
   * Takes what is new; a window where there is enough. It stays until {@link #kept}, so a failed
   * transaction loses nothing. An arm whose counts can't be had fails it, and what was had of the
   * other waits for them.
   */
  Optional<Window> window(Course course, Digest stable) {
    long last = course.evidence().lastWindow();
    var stage = Stage.of(course);
    var before = open.getOrDefault(course.digest(), Gathered.nothing(stage));
    if (!before.stage().equals(stage) || before.id() > 0 && before.id() <= last) {
      // Of another stage, or kept after all, though the commit's answer was lost.
      before = Gathered.nothing(stage);
    }
    open.put(course.digest(), before);
    var canaryNews = take(course, course.digest());
    var withCanary = before.plus(ArmCounts.NONE, canaryNews);
    open.put(course.digest(), withCanary);
    var stableNews = stable(course, stable);
    var both = withCanary.plus(stableNews, ArmCounts.NONE);
    compare(course, stableNews.total(), canaryNews.total());
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

  private ArmCounts stable(Course course, Digest stable) {
    try {
      return take(course, stable);
    } catch (RuntimeException e) {
      // The next taking is of more time for this arm than for the other.
      shares.computeIfPresent(
          course.digest(),
          (_, now) -> new Shares(now.weight(), now.sinceNanos(), false, now.seen(), now.off()));
      throw e;
    }
  }

  private void compare(Course course, long stableNews, long canaryNews) {
    var now = shares.get(course.digest());
    if (now == null || now.weight() != course.weight() || now.weight() < 1) {
      return;
    }
    if (!now.pure()) {
      boolean settled = nanos.getAsLong() - now.sinceNanos() >= settle.toNanos();
      shares.put(
          course.digest(),
          new Shares(now.weight(), now.sinceNanos(), settled, now.seen(), now.off()));
      return;
    }
    var seen = now.seen().orElse(Share.of(now.weight())).plus(stableNews, canaryNews);
    var off = now.off();
    var next = Optional.of(seen);
    if (seen.off(WRONGLY_HELD)) {
      off = Optional.of(seen.sentence());
      next = Optional.empty();
    } else if (off.isPresent() && seen.total() >= CONVINCING) {
      off = Optional.empty();
    }
    shares.put(course.digest(), new Shares(now.weight(), now.sinceNanos(), true, next, off));
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

  /** Nobody watches it any more. */
  void forget(Digest rollout) {
    open.remove(rollout);
    shares.remove(rollout);
  }
}
