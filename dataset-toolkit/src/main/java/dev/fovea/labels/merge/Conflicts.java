package dev.fovea.labels.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Gathers conflicts: remembers the first thousand and counts all. Not thread-safe. */
public final class Conflicts {
  private static final int KEPT = 1_000;

  private final List<Conflict> kept = new ArrayList<>();
  private long count;

  void add(Conflict conflict) {
    count++;
    if (kept.size() < KEPT) {
      kept.add(conflict);
    }
  }

  /** The first thousand, in the order in which they were found. */
  public List<Conflict> kept() {
    return List.copyOf(kept);
  }

  /** How many there are. */
  public long count() {
    return count;
  }

  /** Takes a conflict of two values, if they are one. */
  @FunctionalInterface
  interface Naming<T> {
    Conflict of(T ours, T theirs);
  }

  /**
   * What one side changed; where both did, each in another way, what ours says.
   *
   * @param naming of the conflict that this may be
   */
  <T> T merge(T base, T ours, T theirs, Naming<T> naming) {
    if (Objects.equals(ours, theirs) || Objects.equals(theirs, base)) {
      return ours;
    }
    if (!Objects.equals(ours, base)) {
      add(naming.of(ours, theirs));
      return ours;
    }
    return theirs;
  }
}
