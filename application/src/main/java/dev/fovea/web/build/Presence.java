package dev.fovea.web.build;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.ImageHistories.Place;
import dev.fovea.kernel.Digest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which versions of a dataset have an image, and what each says of it. A version that changed
 * nothing of it has what its parent has, on every branch.
 */
record Presence(Map<Digest, Place> places) {
  /**
   * Works it out.
   *
   * @param steps what is known of the image's history, newest first
   * @param isWhole whether that is all; else versions before the last step are left out
   */
  static Presence of(List<DatasetVersion> versions, List<ImageStep> steps, boolean isWhole) {
    var changed = new HashMap<Integer, Optional<Place>>();
    steps.forEach(step -> changed.putIfAbsent(step.change().number(), step.place()));
    int from = isWhole || steps.isEmpty() ? 0 : steps.getLast().change().number();
    var places = new HashMap<Digest, Place>();
    versions.stream()
        .filter(version -> version.number() >= from)
        .sorted(Comparator.comparingInt(DatasetVersion::number))
        .forEach(version -> {
          var inherited = version.parent().map(places::get);
          changed
              .getOrDefault(version.number(), inherited)
              .ifPresent(place -> places.put(version.digest(), place));
        });
    return new Presence(Map.copyOf(places));
  }

  Optional<Place> in(Digest version) {
    return Optional.ofNullable(places.get(version));
  }
}
