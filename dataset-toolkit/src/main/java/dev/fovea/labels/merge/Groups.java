package dev.fovea.labels.merge;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.compare.AnnotationDiff.Pair;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Numbers of groups in an image. Each side numbers its new groups by itself, so one number may mean
 * two groups, and two numbers one: theirs are those of ours where they share an object, and others
 * where they clash.
 */
final class Groups {
  private final Set<Long> known;
  private final Set<Long> taken = new HashSet<>();
  private final Map<Long, Long> numbers = new HashMap<>();
  private long next = 1;

  private Groups(List<Annotation> base) {
    known = groups(base);
    known.add(0L);
  }

  private static Set<Long> groups(List<Annotation> side) {
    var groups = new HashSet<Long>();
    side.forEach(each -> groups.add(each.traits().group()));
    return groups;
  }

  /**
   * Their annotations by the numbers of ours.
   *
   * @param same objects of ours, before, and of theirs, after
   */
  static List<Annotation> aligned(
      List<Annotation> base, List<Annotation> ours, List<Annotation> theirs, List<Pair> same) {
    var groups = new Groups(base);
    groups.join(same);
    var clashing = groups(ours);
    clashing.removeAll(groups.known);
    groups.taken.addAll(groups.known);
    groups.taken.addAll(clashing);
    groups.taken.addAll(groups(theirs));
    return theirs.stream().map(each -> groups.aligned(each, clashing)).toList();
  }

  private void join(List<Pair> same) {
    var targets = new HashSet<Long>();
    for (var pair : same) {
      long mine = pair.before().traits().group();
      long other = pair.after().traits().group();
      if (!known.contains(mine)
          && !known.contains(other)
          && !numbers.containsKey(other)
          && targets.add(mine)) {
        numbers.put(other, mine);
      }
    }
  }

  private Annotation aligned(Annotation object, Set<Long> clashing) {
    long group = object.traits().group();
    if (clashing.contains(group) && !numbers.containsKey(group)) {
      while (!taken.add(next)) {
        next++;
      }
      numbers.put(group, next);
    }
    return numbers.containsKey(group)
        ? object.withTraits(object.traits().withGroup(numbers.get(group)))
        : object;
  }
}
