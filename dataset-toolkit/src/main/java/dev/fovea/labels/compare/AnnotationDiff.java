package dev.fovea.labels.compare;

import dev.fovea.labels.Annotation;
import java.util.ArrayList;
import java.util.List;

/**
 * What changed between two lists of annotations of one image, each annotation once. Which of them
 * are the same object says {@link Matching}; pairs stand in the order of the list before.
 *
 * @param added only in the list after, in its order
 * @param removed only in the list before, in its order
 * @param moved of one class in another place; what else they say may differ, too
 * @param relabelled of another class; those that moved besides are here alone
 * @param changed of one class in one place, with other attributes, traits, keypoints, or another
 *     outline in the same box
 * @param unchanged equal in everything but the number that the source gives them
 */
public record AnnotationDiff(
    List<Annotation> added,
    List<Annotation> removed,
    List<Pair> moved,
    List<Pair> relabelled,
    List<Pair> changed,
    List<Pair> unchanged) {
  public AnnotationDiff {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    moved = List.copyOf(moved);
    relabelled = List.copyOf(relabelled);
    changed = List.copyOf(changed);
    unchanged = List.copyOf(unchanged);
  }

  /** One object before and after. */
  public record Pair(Annotation before, Annotation after) {
    // In pixels: more than formats round away (YOLO's nine decimals, Datumaro's float32 in an image
    // of 8,000 px), less than anybody draws.
    private static final double SAME_PLACE = 1e-3;

    public boolean isRelabelled() {
      return !before.label().equals(after.label());
    }

    /** Whether an edge of its bounds is elsewhere by more than a thousandth of a pixel. */
    public boolean isMoved() {
      var from = before.bounds();
      var to = after.bounds();
      if (from.isEmpty() || to.isEmpty()) {
        return from.isPresent() != to.isPresent();
      }
      var a = from.get();
      var b = to.get();
      return differ(a.x1(), b.x1())
          || differ(a.y1(), b.y1())
          || differ(a.x2(), b.x2())
          || differ(a.y2(), b.y2());
    }

    private static boolean differ(double a, double b) {
      return Double.compare(a, b) != 0 && !(Math.abs(a - b) <= SAME_PLACE);
    }

    /** Intersection over union of their bounds, 0 to 1; sides count as one pixel at least. */
    public double overlap() {
      return Overlaps.of(new Subject(0, before), new Subject(0, after));
    }

    /** Whether they are equal in everything but the number that the source gives them. */
    public boolean isUnchanged() {
      return before.equals(after.withId(before.id()));
    }
  }

  /**
   * Compares two lists. Takes time and memory as {@link Matching#of} says; with the lists swapped,
   * what was added is removed and every pair is turned.
   */
  public static AnnotationDiff between(List<Annotation> before, List<Annotation> after) {
    var matching = Matching.of(before, after);
    var removed = new ArrayList<Annotation>();
    var moved = new ArrayList<Pair>();
    var relabelled = new ArrayList<Pair>();
    var changed = new ArrayList<Pair>();
    var unchanged = new ArrayList<Pair>();
    for (int i = 0; i < before.size(); i++) {
      var partner = matching.after(i);
      if (partner.isEmpty()) {
        removed.add(before.get(i));
        continue;
      }
      var pair = new Pair(before.get(i), after.get(partner.getAsInt()));
      var kind =
          pair.isUnchanged()
              ? unchanged
              : pair.isRelabelled() ? relabelled : pair.isMoved() ? moved : changed;
      kind.add(pair);
    }
    var added = new ArrayList<Annotation>();
    for (int i = 0; i < after.size(); i++) {
      if (matching.before(i).isEmpty()) {
        added.add(after.get(i));
      }
    }
    return new AnnotationDiff(added, removed, moved, relabelled, changed, unchanged);
  }

  /** Whether both lists say the same, but for order and the numbers of annotations. */
  public boolean isEmpty() {
    return added.isEmpty()
        && removed.isEmpty()
        && moved.isEmpty()
        && relabelled.isEmpty()
        && changed.isEmpty();
  }
}
