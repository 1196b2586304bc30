package dev.fovea.datasets.versions;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * What changed between two manifests. An image is followed by its path first and by its bytes then,
 * so that one that moved is not both added and removed.
 *
 * @param added only in the newer, by path
 * @param removed only in the older, by path
 * @param relabelled in both, with another label, split, slice or other objects
 * @param unchanged how many are the same
 */
record ManifestDiff(
    List<Sample> added, List<Sample> removed, List<Changed> relabelled, int unchanged) {
  /** The same image, described otherwise. */
  record Changed(Sample before, Sample after) {}

  static ManifestDiff between(Manifest older, Manifest newer) {
    var byPath = new HashMap<String, Sample>();
    var byImage = new HashMap<Digest, Sample>();
    older.samples().forEach(sample -> byPath.put(sample.path(), sample));
    older.samples().forEach(sample -> byImage.putIfAbsent(sample.image(), sample));
    var left = new HashMap<>(byPath);
    var added = new ArrayList<Sample>();
    var relabelled = new ArrayList<Changed>();
    int unchanged = 0;
    for (var sample : newer.samples()) {
      var before = byPath.get(sample.path());
      if (before == null || !before.image().equals(sample.image())) {
        before = byImage.get(sample.image());
      }
      if (before == null || left.remove(before.path()) == null) {
        added.add(sample);
      } else if (sameMeaning(before, sample)) {
        unchanged++;
      } else {
        relabelled.add(new Changed(before, sample));
      }
    }
    var removed =
        older.samples().stream().filter(sample -> left.containsKey(sample.path())).toList();
    return new ManifestDiff(added, removed, relabelled, unchanged);
  }

  private static boolean sameMeaning(Sample a, Sample b) {
    return a.label().equals(b.label())
        && a.split().equals(b.split())
        && a.slice().equals(b.slice())
        && a.objects().equals(b.objects());
  }
}
