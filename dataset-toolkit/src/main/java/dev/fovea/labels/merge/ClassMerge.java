package dev.fovea.labels.merge;

import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelClass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Merges the classes of a dataset by name: ours in our order, then what only theirs has. Ids stay
 * as they are, gaps too; of two classes that come to one id, the later gets the next above all.
 */
final class ClassMerge {
  private static final String NONE = "none";

  private final Map<String, LabelClass> base;
  private final Map<String, LabelClass> ours;
  private final Map<String, LabelClass> theirs;
  private final Conflicts conflicts;

  ClassMerge(Classes base, Classes ours, Classes theirs, Conflicts conflicts) {
    boolean numbered =
        List.of(base, ours, theirs).stream()
            .flatMap(side -> side.list().stream())
            .anyMatch(each -> each.id().isPresent());
    this.base = byName(base, numbered);
    this.ours = byName(ours, numbered);
    this.theirs = byName(theirs, numbered);
    this.conflicts = conflicts;
  }

  // A reader leaves out ids that are 1, 2, 3 and so on; beside others they must be said.
  private static Map<String, LabelClass> byName(Classes side, boolean numbered) {
    var byName = new LinkedHashMap<String, LabelClass>();
    for (var each : side.list()) {
      boolean counted = numbered && each.id().isEmpty();
      byName.put(each.name(), counted ? each.withId(byName.size() + 1L) : each);
    }
    return byName;
  }

  /**
   * The merged list.
   *
   * @param used names that merged annotations have, which stay even if a side deleted them
   */
  List<LabelClass> merge(Set<String> used) {
    var merged = new ArrayList<LabelClass>();
    for (var mine : ours.values()) {
      var other = theirs.get(mine.name());
      var before = base.get(mine.name());
      if (other != null) {
        merged.add(both(Optional.ofNullable(before), mine, other));
      } else if (before == null || used.contains(mine.name())) {
        merged.add(mine);
      }
    }
    var names = new HashSet<>(ours.keySet());
    for (var other : theirs.values()) {
      if (!names.contains(other.name())
          && (!base.containsKey(other.name()) || used.contains(other.name()))) {
        merged.add(other);
      }
    }
    return renumbered(merged);
  }

  private LabelClass both(Optional<LabelClass> base, LabelClass mine, LabelClass other) {
    var name = mine.name();
    var before = base.orElse(LabelClass.named(name));
    var keypoints =
        conflicts.merge(
            before.keypoints(),
            mine.keypoints(),
            other.keypoints(),
            (a, b) -> Conflict.ofClass(name, "keypoints", a, b));
    return new LabelClass(
        name,
        base.isPresent()
            ? conflicts.merge(
                before.id(),
                mine.id(),
                other.id(),
                (a, b) -> Conflict.ofClass(name, "id", shown(a), shown(b)))
            : mine.id(),
        conflicts.merge(
            before.parent(),
            mine.parent(),
            other.parent(),
            (a, b) -> Conflict.ofClass(name, "parent", shown(a), shown(b))),
        keypoints,
        conflicts.merge(
            before.skeleton(),
            mine.skeleton(),
            other.skeleton(),
            (a, b) -> Conflict.ofClass(name, "skeleton", a, b)),
        new ExtrasMerge(conflicts)
            .merge(
                before.extras(),
                mine.extras(),
                other.extras(),
                (field, a, b) -> Conflict.ofClass(name, field, a, b)));
  }

  private static String shown(OptionalLong id) {
    return id.isPresent() ? Long.toString(id.getAsLong()) : NONE;
  }

  private static String shown(String parent) {
    return parent.isEmpty() ? NONE : parent;
  }

  private static List<LabelClass> renumbered(List<LabelClass> merged) {
    var taken = new HashSet<Long>();
    long most = merged.stream().mapToLong(each -> each.id().orElse(0)).max().orElse(0);
    var all = new ArrayList<LabelClass>();
    for (var each : merged) {
      var id = each.id();
      if (id.isPresent() && !taken.add(id.getAsLong())) {
        most = Numbers.next(most, taken);
        taken.add(most);
        id = OptionalLong.of(most);
      }
      all.add(id.isPresent() ? each.withId(id.getAsLong()) : each);
    }
    return all;
  }
}
