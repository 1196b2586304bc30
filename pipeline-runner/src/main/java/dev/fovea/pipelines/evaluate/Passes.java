package dev.fovea.pipelines.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How often a detector ran for an image in tiles: what an image costs, in latencies of the model.
 *
 * @param least of any image, 1 or more
 * @param most of any image
 * @param mean of all images
 */
public record Passes(int least, int most, double mean) {
  /** Of these images; empty where they were not in tiles. */
  static Optional<Passes> of(List<Found> images) {
    var counted = images.stream().flatMap(image -> image.passes().stream()).mapToInt(each -> each);
    var statistics = counted.summaryStatistics();
    return statistics.getCount() == 0
        ? Optional.empty()
        : Optional.of(
            new Passes(statistics.getMin(), statistics.getMax(), statistics.getAverage()));
  }

  /** In a few words, for people. */
  public String words() {
    return least == most
        ? "%d passes of the model an image".formatted(most)
        : String.format(
            Locale.ROOT, "%d to %d passes of the model an image, %.2f in mean", least, most, mean);
  }
}
