package dev.fovea.rollouts.judge;

/**
 * What became of copied requests beside how they were answered. Shown to people, never a reason to
 * roll back: a better model disagrees too.
 *
 * @param compared copies whose answer and whose original's answer both named classes
 * @param disagreed those that named different ones
 * @param dropped drawn for copying, but not sent since too many waited or their target could not be
 *     reached yet
 */
public record Copies(long compared, long disagreed, long dropped) {
  /** None. */
  public static final Copies NONE = new Copies(0, 0, 0);

  public Copies {
    if (disagreed < 0 || disagreed > compared || dropped < 0) {
      throw new IllegalArgumentException(
          "copies: %d of %d disagreed, %d dropped (expected: 0 to the total, 0 or more)"
              .formatted(disagreed, compared, dropped));
    }
  }

  /** Both together. */
  public Copies plus(Copies other) {
    return new Copies(
        compared + other.compared, disagreed + other.disagreed, dropped + other.dropped);
  }
}
