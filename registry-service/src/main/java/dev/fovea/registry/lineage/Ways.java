package dev.fovea.registry.lineage;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.registry.Lineage.Reach;
import dev.fovea.registry.Lineage.Way;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The shortest ways from a thing to the rollouts that serve what came of it. */
final class Ways {
  private static final int MOST_ARROWS = 20_000;
  private static final int MOST_HOPS = 200;

  // A release that was judged on a dataset does not hold it, nor do frames that a model saw.
  private static final Set<Kind> ENDS =
      Set.of(Kind.RELEASE, Kind.EVALUATION, Kind.PROFILE, Kind.DEVICE, Kind.ROLLOUT);

  private Ways() {}

  /**
   * Walks onward, nearest first.
   *
   * @param onward the arrows that begin at some things, at most so many
   */
  static Reach from(
      LineageNode start, BiFunction<Collection<LineageNode>, Integer, List<LineageLinked>> onward) {
    Map<Key, LineageLinked> reachedBy = new LinkedHashMap<>();
    Set<Key> seen = new LinkedHashSet<>(Set.of(Key.of(start)));
    var ways = new ArrayList<Way>();
    Collection<LineageNode> edge = List.of(start);
    int read = 0;
    for (int hop = 0; hop < MOST_HOPS && !edge.isEmpty(); hop++) {
      var arrows = onward.apply(edge, MOST_ARROWS - read + 1);
      read += arrows.size();
      if (read > MOST_ARROWS) {
        return new Reach(start, ways, false);
      }
      var keys = edge.stream().map(Key::of).collect(Collectors.toSet());
      var next = new ArrayList<LineageNode>();
      for (var arrow : arrows) {
        // The same bytes may be a dataset version here and a variant there.
        if (!keys.contains(Key.of(arrow.from())) || !seen.add(Key.of(arrow.to()))) {
          continue;
        }
        reachedBy.put(Key.of(arrow.to()), arrow);
        if (arrow.to().kind() == Kind.ROLLOUT) {
          ways.add(new Way(arrow.to(), way(arrow, reachedBy)));
        } else if (!ENDS.contains(arrow.to().kind())) {
          next.add(arrow.to());
        }
      }
      edge = next;
    }
    return new Reach(start, ways, edge.isEmpty());
  }

  private static List<LineageLinked> way(LineageLinked last, Map<Key, LineageLinked> reachedBy) {
    var way = new ArrayDeque<LineageLinked>();
    for (var arrow = last; arrow != null; arrow = reachedBy.get(Key.of(arrow.from()))) {
      way.addFirst(arrow);
    }
    return List.copyOf(way);
  }

  /** What a thing is, whatever it is called. */
  private record Key(Kind kind, Digest digest) {
    static Key of(LineageNode node) {
      return new Key(node.kind(), node.digest());
    }
  }
}
