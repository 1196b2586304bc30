package dev.fovea.vision.metrics.anomaly;

import dev.fovea.vision.metrics.bootstrap.ImageMeasure;
import dev.fovea.vision.metrics.bootstrap.ImageTruths;
import dev.fovea.vision.metrics.bootstrap.Resampled;
import dev.fovea.vision.metrics.ranking.Ranking;
import dev.fovea.vision.metrics.ranking.RankingCurve;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The measures of a detector of anomalies. Immutable; made by an {@link AnomalyCollector}.
 *
 * <p>Measures of pixels are of the images that have masks, all as one. An interval of theirs takes
 * as many steps for each resample as there are scores in {@link AnomalyLimits}.
 */
public final class AnomalyEvaluation {
  /** The share of good pixels called defective up to which AUPRO is measured, as MVTec has it. */
  public static final double PRO_LIMIT = 0.3;

  private static final int MANTISSA_BITS = 23;

  private final ImageTruths truths;
  private final double[] scores;
  private final int[] regions;
  private final Ranking ranking;
  private final PixelRanking pixels;

  AnomalyEvaluation(
      ImageTruths truths,
      double[] scores,
      boolean[] defective,
      int[] regions,
      PixelRanking pixels) {
    this.truths = truths;
    this.scores = scores;
    this.regions = regions;
    this.ranking = Ranking.of(scores, defective);
    this.pixels = pixels;
  }

  /** How many images. */
  public int imageCount() {
    return truths.size();
  }

  /** How many images have a defect. */
  public int defectiveCount() {
    return ranking.positives();
  }

  /** How many regions the defects have in all masks. */
  public long regionCount() {
    return Arrays.stream(regions).asLongStream().sum();
  }

  /**
   * How often an image with a defect scores higher than one without, 0 to 1, ties counted half;
   * absent where all images or none have a defect.
   */
  public OptionalDouble imageAuroc() {
    return ranking.auroc();
  }

  /**
   * The average precision of images with defects, 0 to 1, as scikit-learn defines it; absent where
   * no image has one.
   */
  public OptionalDouble imageAveragePrecision() {
    return ranking.averagePrecision();
  }

  /** What happens at each threshold for images. */
  public RankingCurve imageCurve() {
    return ranking.curve(scores);
  }

  /**
   * How often a defective pixel scores higher than a good one, 0 to 1, ties counted half; absent
   * where all pixels or none are defective.
   */
  public OptionalDouble pixelAuroc() {
    return area(roc(ones()));
  }

  /**
   * How far {@link #pixelAuroc} is at most from that of scores of which no bit was dropped: half
   * the share of pairs of a defective and a good pixel whose scores became one; 0 where none was.
   */
  public double pixelAurocError() {
    return error(roc(ones()));
  }

  /** {@link #aupro(double)} up to {@link #PRO_LIMIT}. */
  public OptionalDouble aupro() {
    return aupro(PRO_LIMIT);
  }

  /**
   * The area under the per-region overlap curve (Bergmann et al., IJCV 2021, section 5.1.2), 0 to
   * 1: at each threshold the mean over all regions of the share of them that is found, against the
   * share of good pixels that are called defective, up to a limit of that and divided by it.
   *
   * <p>It is what MVTec's evaluation code computes, in double precision: defective pixels that
   * touch with an edge or a corner are one region, each score is a threshold, points are joined by
   * lines, and the line that crosses the limit is cut there. anomalib's differs in the last digits:
   * it averages the curves of regions at common places.
   *
   * @param limit above 0, at most 1
   * @return absent where no pixel is good or none defective
   */
  public OptionalDouble aupro(double limit) {
    return area(overlap(ones(), limit));
  }

  /**
   * How far {@link #aupro(double)} is at most from that of scores of which no bit was dropped: half
   * the rectangles between the points of its curve; 0 where none was.
   */
  public double auproError(double limit) {
    return error(overlap(ones(), limit));
  }

  /** Whether all scores of pixels are kept as they came. */
  public boolean exact() {
    return pixels.exact();
  }

  /**
   * How many bits of a score's fraction are kept, 5 to 23: scores are different for sure when one
   * is larger by 2⁻ᵇⁱᵗˢ of itself.
   */
  public int scoreBits() {
    return MANTISSA_BITS - pixels.dropped();
  }

  /** A measure for {@link dev.fovea.vision.metrics.bootstrap.ImageBootstrap}. */
  public Resampled measure(AnomalyMeasure measure) {
    return new ImageMeasure(
        truths,
        0,
        1,
        () ->
            switch (measure) {
              case IMAGE_AUROC -> ranking::auroc;
              case IMAGE_AVERAGE_PRECISION -> ranking::averagePrecision;
              case PIXEL_AUROC -> weights -> roc(weights).area();
              case AUPRO -> weights -> overlap(weights, PRO_LIMIT).area();
            });
  }

  /** {@link #aupro(double)} up to another limit, likewise. */
  public Resampled auproMeasure(double limit) {
    requireLimit(limit);
    return new ImageMeasure(truths, 0, 1, () -> weights -> overlap(weights, limit).area());
  }

  private PixelRanking.Curve roc(int[] weights) {
    return walked(weights, new RocArea(pixels.good(weights), pixels.defective(weights)));
  }

  private PixelRanking.Curve overlap(int[] weights, double limit) {
    requireLimit(limit);
    double allRegions = 0;
    for (int rank = 0; rank < regions.length; rank++) {
      allRegions += (double) weights[rank] * regions[rank];
    }
    return walked(weights, new OverlapArea(pixels.good(weights), allRegions, limit));
  }

  private static void requireLimit(double limit) {
    if (!(limit > 0 && limit <= 1)) {
      throw new IllegalArgumentException(
          "limit of false positives: %s (expected: above 0, at most 1)".formatted(limit));
    }
  }

  private PixelRanking.Curve walked(int[] weights, PixelRanking.Curve curve) {
    if (!Double.isNaN(curve.area())) {
      pixels.walk(weights, curve);
    }
    return curve;
  }

  private static OptionalDouble area(PixelRanking.Curve curve) {
    double area = curve.area();
    return Double.isNaN(area) ? OptionalDouble.empty() : OptionalDouble.of(area);
  }

  private double error(PixelRanking.Curve curve) {
    return pixels.exact() || Double.isNaN(curve.area()) ? 0 : curve.error();
  }

  private int[] ones() {
    var ones = new int[truths.size()];
    Arrays.fill(ones, 1);
    return ones;
  }
}
