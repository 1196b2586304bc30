package dev.fovea.registry.lineage.export;

import java.time.Instant;
import java.util.Comparator;

/** One arrow, from the older thing to the newer. */
record Arrow(Thing from, String verb, Thing to, Instant at) implements Comparable<Arrow> {
  private static final Comparator<Arrow> ORDER =
      Comparator.comparing(Arrow::at)
          .thenComparing(Arrow::from)
          .thenComparing(Arrow::to)
          .thenComparing(Arrow::verb);

  @Override
  public int compareTo(Arrow other) {
    return ORDER.compare(this, other);
  }
}
