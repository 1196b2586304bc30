package dev.fovea.vision.metrics.detection;

import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import dev.fovea.vision.metrics.bootstrap.ResampledTogether;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The average precisions of the categories on the resamples of the mean over all of them, or the
 * differences of two detectors'.
 */
final class CategoryIntervals implements ResampledTogether {
  private final DetectionSet set;
  private final int[] categories;
  private final Replay replay;
  private final @Nullable Replay subtracted;

  private CategoryIntervals(
      CocoEvaluation evaluation, ApMeasure measure, @Nullable CocoEvaluation subtracted) {
    this.set = evaluation.set();
    this.categories =
        IntStream.range(0, evaluation.matches().length)
            .filter(category -> inTwoImages(evaluation.matches()[category]))
            .toArray();
    this.replay = Replay.of(evaluation, measure, AreaRange.ALL);
    this.subtracted = subtracted == null ? null : Replay.of(subtracted, measure, AreaRange.ALL);
  }

  static SortedMap<Long, BootstrapInterval> of(
      CocoEvaluation evaluation, ApMeasure measure, ImageBootstrap bootstrap) {
    return new CategoryIntervals(evaluation, measure, null).by(bootstrap);
  }

  /** Of the second less the first, which is of the same truths. */
  static SortedMap<Long, BootstrapInterval> ofDifference(
      CocoEvaluation first, CocoEvaluation second, ApMeasure measure, ImageBootstrap bootstrap) {
    return new CategoryIntervals(second, measure, first).by(bootstrap);
  }

  /** One image does not tell how much images differ. */
  private static boolean inTwoImages(ClassMatches matches) {
    var images = matches.truthImages(AreaRange.ALL);
    return images.length > 0 && images[0] != images[images.length - 1];
  }

  private SortedMap<Long, BootstrapInterval> by(ImageBootstrap bootstrap) {
    var ids = set.categories();
    var found = bootstrap.ofEach(this);
    var intervals = new TreeMap<Long, BootstrapInterval>();
    for (int i = 0; i < categories.length; i++) {
      long id = ids[categories[i]];
      found.get(i).ifPresent(interval -> intervals.put(id, interval));
    }
    return intervals;
  }

  @Override
  public int images() {
    return set.imageCount();
  }

  @Override
  public int measures() {
    return categories.length;
  }

  @Override
  public double least() {
    return subtracted == null ? 0 : -1;
  }

  @Override
  public double most() {
    return 1;
  }

  @Override
  public Player player() {
    var player = replay.new Player();
    var other = subtracted == null ? null : subtracted.new Player();
    return new Player() {
      @Override
      public boolean counts(int[] weights) {
        return player.anyTruth(weights);
      }

      @Override
      public double measured(int measure, int[] weights) {
        double precision = player.averagePrecision(categories[measure], weights);
        if (precision < 0) {
          return Double.NaN;
        }
        return other == null
            ? precision
            : precision - other.averagePrecision(categories[measure], weights);
      }
    };
  }
}
