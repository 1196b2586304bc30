package dev.fovea.registry.lineage;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Walks from a thing along arrows in one direction, nearest first, and never twice over the same
 * thing.
 */
final class Walk {
  private final Function<LineageLinked, LineageNode> onward;
  private final Set<Digest> seen = new LinkedHashSet<>();
  private Set<Digest> edge;

  Walk(Digest start, Function<LineageLinked, LineageNode> onward) {
    this.onward = onward;
    this.edge = Set.of(start);
    seen.add(start);
  }

  /** The things whose arrows come next; empty at the end. */
  Set<Digest> edge() {
    return edge;
  }

  /** Moves along the arrows of the edge to what they lead to. */
  void step(List<LineageLinked> arrows) {
    var next = new LinkedHashSet<Digest>();
    for (var arrow : arrows) {
      var digest = onward.apply(arrow).digest();
      if (seen.add(digest)) {
        next.add(digest);
      }
    }
    edge = next;
  }
}
