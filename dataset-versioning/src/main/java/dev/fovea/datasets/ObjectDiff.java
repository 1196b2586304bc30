package dev.fovea.datasets;

import java.util.List;

/**
 * What changed among the objects of one image; each object once. Objects are named by their places
 * in {@link Sample#objects()}, from 0, of the older or the newer image.
 *
 * @param added of the newer image
 * @param removed of the older image
 * @param moved of one class, elsewhere by more than a thousandth of a pixel
 * @param relabelled of another class; those that moved besides are here alone
 * @param changed of one class in one place, with another outline, area, trait or attribute
 * @param unchanged how many are the same
 */
public record ObjectDiff(
    List<Integer> added,
    List<Integer> removed,
    List<Pair> moved,
    List<Pair> relabelled,
    List<Pair> changed,
    int unchanged) {
  /** Of two images without objects. */
  public static final ObjectDiff NONE =
      new ObjectDiff(List.of(), List.of(), List.of(), List.of(), List.of(), 0);

  /** One object before and after. */
  public record Pair(int before, int after) {}

  public ObjectDiff {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    moved = List.copyOf(moved);
    relabelled = List.copyOf(relabelled);
    changed = List.copyOf(changed);
  }
}
