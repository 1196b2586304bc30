package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import java.util.List;

/**
 * What changed between two versions of a dataset. Each list is by path and has the first 1,000
 * images, or fewer where these hold more than 20,000 objects.
 *
 * @param added only in the newer
 * @param removed only in the older
 * @param relabelled in both, with another label, split, slice or other objects
 * @param unchanged how many are the same
 * @param total how many there are of each, also of those that are not listed
 */
public record DatasetDiff(
    Digest from,
    Digest to,
    List<Sample> added,
    List<Sample> removed,
    List<Relabelled> relabelled,
    int unchanged,
    Total total) {
  /**
   * The same image, described otherwise.
   *
   * @param objects what changed among its objects
   */
  public record Relabelled(Sample before, Sample after, ObjectDiff objects) {
    /** In one line, such as {@code 7 -> 1} or {@code 2 boxes added, 1 moved, 1 car -> truck}. */
    public String words() {
      return ChangeWords.of(this);
    }
  }

  /** Numbers of images. */
  public record Total(int added, int removed, int relabelled) {}

  /**
   * Numbers of objects.
   *
   * @param changed in their place
   */
  public record ObjectTotal(int added, int removed, int moved, int relabelled, int changed) {
    /** All of them. */
    public int sum() {
      return added + removed + moved + relabelled + changed;
    }
  }

  /** What changed among the objects of the images that are listed as relabelled. */
  public ObjectTotal objects() {
    int added = 0;
    int removed = 0;
    int moved = 0;
    int renamed = 0;
    int changed = 0;
    for (var each : relabelled) {
      added += each.objects().added().size();
      removed += each.objects().removed().size();
      moved += each.objects().moved().size();
      renamed += each.objects().relabelled().size();
      changed += each.objects().changed().size();
    }
    return new ObjectTotal(added, removed, moved, renamed, changed);
  }
}
