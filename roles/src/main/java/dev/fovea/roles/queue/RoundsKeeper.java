package dev.fovea.roles.queue;

import java.time.Duration;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes rounds again and again, one process of all at a time, and sees to it that there is another,
 * whatever comes of one.
 */
public final class RoundsKeeper {
  private static final String ONLY = "all";

  private final Runnable round;
  private final Runnable following;

  private RoundsKeeper(Runnable round, Runnable following) {
    this.round = round;
    this.following = following;
  }

  /**
   * One whose rounds wait in a queue.
   *
   * @param work whose body calls {@link #round()}
   * @param every how long from the beginning of a round to the next one
   */
  public static <T> RoundsKeeper of(
      Queue queue,
      Work<T> work,
      T data,
      Duration every,
      TransactionTemplate transaction,
      Runnable round) {
    return new RoundsKeeper(
        round, () -> transaction.executeWithoutResult(_ -> queue.enqueue(work, ONLY, data, every)));
  }

  /** Has another made; where there is one already, this changes nothing. */
  public void next() {
    following.run();
  }

  /** Makes one. */
  public void round() {
    next();
    round.run();
  }
}
