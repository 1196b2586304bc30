package dev.fovea.registry.lineage.export;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A part of the graph without circles, in an order that does not depend on how it was read.
 *
 * @param labels every thing, by what it is; the label is empty where the graph has no row of it
 * @param arrows oldest first
 * @param returning arrows that were left out since they lead back to something older: the same
 *     content came twice
 * @param cut things whose further arrows were not read
 */
record ExportedGraph(
    Name project,
    Map<Thing, String> labels,
    List<Arrow> arrows,
    List<Arrow> returning,
    Set<Digest> cut) {
  static final int MOST_ARROWS = 20_000;
  private static final int MOST_HOPS = 200;

  /** Reads what lies around a thing, nearest first, at most 20,000 arrows and 200 hops each way. */
  static ExportedGraph read(ExportRows rows, Name project, Digest start, Direction direction) {
    var arrows = new TreeSet<Arrow>();
    var cut = new LinkedHashSet<Digest>();
    if (direction.back()) {
      walk(start, (edge, most) -> rows.to(project, edge, most), Arrow::from, arrows, cut);
    }
    if (direction.onward()) {
      walk(start, (edge, most) -> rows.from(project, edge, most), Arrow::to, arrows, cut);
    }
    var digests = new LinkedHashSet<Digest>();
    digests.add(start);
    arrows.forEach(arrow -> {
      digests.add(arrow.from().digest());
      digests.add(arrow.to().digest());
    });
    var labels = new TreeMap<>(rows.labels(project, digests));
    arrows.forEach(arrow -> {
      labels.putIfAbsent(arrow.from(), "");
      labels.putIfAbsent(arrow.to(), "");
    });
    var circles = Circles.of(arrows);
    return new ExportedGraph(project, labels, circles.kept(), circles.returning(), Set.copyOf(cut));
  }

  private static void walk(
      Digest start,
      BiFunction<Collection<Digest>, Integer, List<Arrow>> next,
      Function<Arrow, Thing> onward,
      Set<Arrow> arrows,
      Set<Digest> cut) {
    var seen = new HashSet<Digest>(Set.of(start));
    Set<Digest> edge = Set.of(start);
    for (int hop = 0; hop < MOST_HOPS && !edge.isEmpty(); hop++) {
      int room = MOST_ARROWS - arrows.size();
      // What is there already takes no room, but is read again; one more says whether all came.
      var found = next.apply(edge, MOST_ARROWS + 1);
      var fresh = found.stream().filter(arrow -> !arrows.contains(arrow)).toList();
      if (found.size() > MOST_ARROWS || fresh.size() > room) {
        var kept = fresh.subList(0, Math.min(room, fresh.size()));
        arrows.addAll(kept);
        cut.addAll(edge);
        kept.forEach(arrow -> cut.add(onward.apply(arrow).digest()));
        return;
      }
      arrows.addAll(fresh);
      var further = new LinkedHashSet<Digest>();
      for (var arrow : found) {
        var digest = onward.apply(arrow).digest();
        if (seen.add(digest)) {
          further.add(digest);
        }
      }
      edge = further;
    }
    cut.addAll(edge);
  }

  /** What a thing is called. */
  String label(Thing thing) {
    var label = labels.getOrDefault(thing, "");
    return label.isEmpty() ? thing.word() + " " + thing.digest().abbreviated() : label;
  }

  /** Whether the graph has an arrow to or from it, but does not know it. */
  boolean isUnknown(Thing thing) {
    return labels.getOrDefault(thing, "").isEmpty();
  }

  /** Whether its further arrows were not read. */
  boolean isCut(Thing thing) {
    return cut.contains(thing.digest());
  }
}
