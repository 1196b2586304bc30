package dev.fovea.registry.lineage.export;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;

/** What a thing is apart from its name: the same bytes may be two things. */
record Thing(Kind kind, Digest digest) implements Comparable<Thing> {
  private static final Set<Kind> ACTIVITIES =
      Set.of(Kind.STAGE, Kind.RUN, Kind.RELEASE, Kind.ROLLOUT);
  private static final Comparator<Thing> ORDER =
      Comparator.comparing(Thing::kind).thenComparing(Thing::digest);

  static Thing of(LineageNode node) {
    return new Thing(node.kind(), node.digest());
  }

  /** Whether it happened, in contrast to what is there. */
  boolean isActivity() {
    return ACTIVITIES.contains(kind);
  }

  /** The kind as a word: {@code dataset-version}. */
  String word() {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public int compareTo(Thing other) {
    return ORDER.compare(this, other);
  }
}
