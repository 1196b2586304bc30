package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import java.util.List;

/**
 * What changed between two versions of a dataset, each list by path and at most 1,000 long.
 *
 * @param added only in the newer
 * @param removed only in the older
 * @param relabelled in both, with another label or split
 * @param unchanged how many are the same
 */
public record DatasetDiff(
    Digest from,
    Digest to,
    List<Sample> added,
    List<Sample> removed,
    List<Relabelled> relabelled,
    int unchanged) {
  /** The same image, described otherwise. */
  public record Relabelled(Sample before, Sample after) {}
}
