package dev.fovea.datasets.history;

import dev.fovea.datasets.ImageHistories.Place;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What happened to one image between two manifests.
 *
 * @param before absent where it came
 * @param after absent where it left
 */
record ImageChange(Digest image, Optional<Place> before, Optional<Place> after) {
  /**
   * All changes, by image. An image is its bytes: the same under another path has moved, other bytes
   * under the same path are one that left and one that came. Copies are told apart by their paths.
   */
  static List<ImageChange> between(Manifest older, Manifest newer) {
    var before = byImage(older);
    var after = byImage(newer);
    var changes = new ArrayList<ImageChange>();
    before.forEach((image, places) -> compare(image, places, after.remove(image), changes));
    after.forEach((image, places) -> compare(image, new TreeMap<>(), places, changes));
    return changes;
  }

  private static SequencedMap<Digest, TreeMap<String, Sample>> byImage(Manifest manifest) {
    var images = new LinkedHashMap<Digest, TreeMap<String, Sample>>();
    manifest
        .samples()
        .forEach(sample ->
            images
                .computeIfAbsent(sample.image(), _ -> new TreeMap<>())
                .put(sample.path(), sample));
    return images;
  }

  private static void compare(
      Digest image,
      TreeMap<String, Sample> before,
      @org.jspecify.annotations.Nullable TreeMap<String, Sample> after,
      List<ImageChange> changes) {
    var appeared = new ArrayDeque<Sample>();
    for (var now : after == null ? List.<Sample>of() : after.values()) {
      var then = before.remove(now.path());
      if (then == null) {
        appeared.add(now);
      } else if (!then.equals(now)) {
        changes.add(of(image, Optional.of(then), Optional.of(now)));
      }
    }
    for (Map.Entry<String, Sample> gone : before.entrySet()) {
      changes.add(of(image, Optional.of(gone.getValue()), Optional.ofNullable(appeared.poll())));
    }
    appeared.forEach(now -> changes.add(of(image, Optional.empty(), Optional.of(now))));
  }

  private static ImageChange of(Digest image, Optional<Sample> before, Optional<Sample> after) {
    return new ImageChange(image, before.map(ImageChange::place), after.map(ImageChange::place));
  }

  private static Place place(Sample sample) {
    return new Place(sample.path(), sample.label(), sample.split(), sample.slice());
  }
}
