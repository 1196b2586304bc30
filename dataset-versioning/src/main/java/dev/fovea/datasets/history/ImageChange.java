package dev.fovea.datasets.history;

import dev.fovea.datasets.ImageHistories.Place;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happened to one image between two manifests.
 *
 * @param before absent where it was added
 * @param after absent where it was removed
 */
record ImageChange(Optional<Place> before, Optional<Place> after) {
  /**
   * All changes. What has the same path and bytes in both is the same image; of the others, those
   * with the same bytes were renamed, in the order of their paths, and those with the same path
   * were replaced. A copy that stays where it is is never taken for one that was renamed.
   */
  static List<ImageChange> between(Manifest older, Manifest newer) {
    var changes = new ArrayList<ImageChange>();
    var gone = new LinkedHashMap<String, Sample>();
    older.samples().forEach(sample -> gone.put(sample.path(), sample));
    var come = new LinkedHashMap<String, Sample>();
    for (var now : newer.samples()) {
      var then = gone.get(now.path());
      if (then == null || !then.image().equals(now.image())) {
        come.put(now.path(), now);
        continue;
      }
      gone.remove(now.path());
      if (!then.equals(now)) {
        changes.add(of(Optional.of(then), Optional.of(now)));
      }
    }
    renamed(gone, come, changes);
    for (var now : come.values()) {
      changes.add(of(Optional.ofNullable(gone.remove(now.path())), Optional.of(now)));
    }
    gone.values().forEach(then -> changes.add(of(Optional.of(then), Optional.empty())));
    return changes;
  }

  private static void renamed(
      Map<String, Sample> gone, Map<String, Sample> come, List<ImageChange> changes) {
    var homeless = new HashMap<Digest, ArrayDeque<Sample>>();
    gone.values()
        .forEach(then -> homeless.computeIfAbsent(then.image(), _ -> new ArrayDeque<>()).add(then));
    for (var now : List.copyOf(come.values())) {
      var same = homeless.get(now.image());
      if (same != null && !same.isEmpty()) {
        var then = same.remove();
        gone.remove(then.path());
        come.remove(now.path());
        changes.add(of(Optional.of(then), Optional.of(now)));
      }
    }
  }

  private static ImageChange of(Optional<Sample> before, Optional<Sample> after) {
    return new ImageChange(before.map(ImageChange::place), after.map(ImageChange::place));
  }

  private static Place place(Sample sample) {
    return new Place(sample.path(), sample.image(), sample.label(), sample.split(), sample.slice());
  }
}
