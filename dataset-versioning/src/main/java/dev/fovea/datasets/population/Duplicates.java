package dev.fovea.datasets.population;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Images with the same bytes as another of their split: they count twice in training, or in what is
 * measured.
 *
 * @param again every image but the first of its bytes in its split, by path
 * @param first the first one of each, by its digest and split
 */
public record Duplicates(List<Sample> again, Map<Place, Sample> first) {
  /** An image in a split. */
  public record Place(Digest image, String split) {}

  /**
   * @param samples sorted by path
   */
  public static Duplicates among(List<Sample> samples) {
    var first = new HashMap<Place, Sample>();
    var again = new ArrayList<Sample>();
    for (var sample : samples) {
      if (first.putIfAbsent(place(sample), sample) != null) {
        again.add(sample);
      }
    }
    return new Duplicates(again, first);
  }

  /** What there is to say of them. */
  public List<Remark> remarks() {
    return Remark.about(
        again,
        Sample::path,
        sample ->
            "has the same bytes as %s, and both are in %s"
                .formatted(first.getOrDefault(place(sample), sample).path(), sample.split()),
        "have the same bytes as another of their split");
  }

  private static Place place(Sample sample) {
    return new Place(sample.image(), sample.split());
  }
}
