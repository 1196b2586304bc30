package dev.fovea.registry.lineage.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parts arrows into those that form no circle, and those that would close one. A dataset that is
 * reset to an earlier state has the earlier digest, and so the newer thing is the older one.
 *
 * @param kept in the order in which they came
 * @param returning the others
 */
record Circles(List<Arrow> kept, List<Arrow> returning) {
  /** A thing on the way that is walked, and which of its arrows come next. */
  private record Step(Thing thing, Iterator<Arrow> arrows) {}

  /** Walks in depth, the oldest arrows first: what leads back onto the way closes a circle. */
  static Circles of(Collection<Arrow> arrows) {
    Map<Thing, List<Arrow>> onward = new HashMap<>();
    arrows.forEach(
        arrow -> onward.computeIfAbsent(arrow.from(), _ -> new ArrayList<>()).add(arrow));
    var closing = new HashSet<Arrow>();
    var done = new HashSet<Thing>();
    for (var arrow : arrows) {
      walk(arrow.from(), onward, done, closing);
    }
    return new Circles(
        arrows.stream().filter(arrow -> !closing.contains(arrow)).toList(),
        arrows.stream().filter(closing::contains).toList());
  }

  private static void walk(
      Thing start, Map<Thing, List<Arrow>> onward, Set<Thing> done, Set<Arrow> closing) {
    if (done.contains(start)) {
      return;
    }
    var way = new ArrayDeque<Step>();
    var onWay = new HashSet<Thing>();
    enter(start, onward, way, onWay);
    while (!way.isEmpty()) {
      var step = way.peek();
      if (!step.arrows().hasNext()) {
        way.pop();
        onWay.remove(step.thing());
        done.add(step.thing());
        continue;
      }
      var arrow = step.arrows().next();
      if (onWay.contains(arrow.to())) {
        closing.add(arrow);
      } else if (!done.contains(arrow.to())) {
        enter(arrow.to(), onward, way, onWay);
      }
    }
  }

  private static void enter(
      Thing thing, Map<Thing, List<Arrow>> onward, ArrayDeque<Step> way, Set<Thing> onWay) {
    onWay.add(thing);
    way.push(new Step(thing, onward.getOrDefault(thing, List.of()).iterator()));
  }
}
