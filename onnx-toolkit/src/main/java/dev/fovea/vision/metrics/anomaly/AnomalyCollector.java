package dev.fovea.vision.metrics.anomaly;

import dev.fovea.vision.metrics.bootstrap.ImageIds;
import dev.fovea.vision.metrics.bootstrap.ImageTruths;
import java.util.Arrays;

/**
 * Takes what a detector of anomalies says: a score for each image, and one for each pixel where
 * there is a mask of the defects. Larger scores say defect more surely. What is refused leaves no
 * trace. Not for several threads at once.
 *
 * <p>Of pixels it keeps how often each score occurs in each image. Beyond {@link
 * AnomalyLimits#scores} the last bits of all scores are dropped, as many as needed, 18 at most;
 * {@link AnomalyEvaluation} says how many and how far its measures may be off for it.
 */
public final class AnomalyCollector {
  private static final int MAX_PIXELS = 1 << 24;

  private final AnomalyLimits limits;
  private final ImageIds images = new ImageIds();
  private final ScoreCells cells;
  private double[] scores = new double[16];
  private boolean[] defective = new boolean[16];
  private int[] regions = new int[16];
  private long[] digests = new long[16];

  /** A collector under {@link AnomalyLimits#DEFAULT}. */
  public AnomalyCollector() {
    this(AnomalyLimits.DEFAULT);
  }

  /** A collector under other limits. */
  public AnomalyCollector(AnomalyLimits limits) {
    this.limits = limits;
    this.cells = new ScoreCells(limits.scores());
  }

  /**
   * An image without a mask: it counts for the measures of images only.
   *
   * @param image its id
   * @param score of the image, any finite number
   * @param defect whether there is one
   * @throws IllegalArgumentException when the image was added before or is one too many, or the
   *     score is not finite
   */
  public AnomalyCollector add(long image, double score, boolean defect) {
    images.requireNew(image, limits.images());
    requireScore(image, score);
    cells.endImage();
    return put(image, score, defect, 0, defect ? 1 : 0);
  }

  /**
   * An image with a mask; it has a defect where the mask has one.
   *
   * @param image its id
   * @param score of the image, any finite number, such as the largest of its pixels
   * @param width in pixels
   * @param height in pixels; at most 2²⁴ pixels in all
   * @param pixels the score of each pixel, by rows, finite ones
   * @param mask what is true of each pixel, by rows: 0 is fine, all else defective
   * @throws IllegalArgumentException when the image was added before or is one too many, the
   *     lengths are not width times height, or a score is not finite
   */
  public AnomalyCollector add(
      long image, double score, int width, int height, float[] pixels, byte[] mask) {
    images.requireNew(image, limits.images());
    requireScore(image, score);
    long all = (long) width * height;
    if (width < 1 || height < 1 || all > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "image %d: %d x %d px (expected: 1 to %d pixels)"
              .formatted(image, width, height, MAX_PIXELS));
    }
    if (pixels.length != all || mask.length != all) {
      throw new IllegalArgumentException(
          "image %d: %d scores and %d pixels of a mask (expected: %d x %d of both)"
              .formatted(image, pixels.length, mask.length, width, height));
    }
    for (int pixel = 0; pixel < pixels.length; pixel++) {
      if (!Float.isFinite(pixels[pixel])) {
        throw new IllegalArgumentException(
            "image %d, pixel %d: score %s (expected: a finite number)"
                .formatted(image, pixel, pixels[pixel]));
      }
    }
    var keys = new ScoreKeys(pixels);
    cells.requireRoom(keys);
    var found = DefectRegions.of(width, height, mask);
    cells.add(keys, found);
    return put(image, score, found.count() > 0, found.count(), digest(width, mask));
  }

  /**
   * The measures of all images so far.
   *
   * @throws IllegalArgumentException when there is no image
   */
  public AnomalyEvaluation collected() {
    var truths = ImageTruths.of(images, digests);
    int count = truths.size();
    var ranks = new int[count];
    var sortedScores = new double[count];
    var sortedDefective = new boolean[count];
    var sortedRegions = new int[count];
    for (int rank = 0; rank < count; rank++) {
      int place = truths.place(rank);
      ranks[place] = rank;
      sortedScores[rank] = scores[place];
      sortedDefective[rank] = defective[place];
      sortedRegions[rank] = regions[place];
    }
    return new AnomalyEvaluation(
        truths, sortedScores, sortedDefective, sortedRegions, cells.ranked(ranks));
  }

  private static void requireScore(long image, double score) {
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException(
          "image %d: score %s (expected: a finite number)".formatted(image, score));
    }
  }

  /** Differs from those of images without masks by the size. */
  private static long digest(int width, byte[] mask) {
    long digest = ImageTruths.digest(width, mask.length);
    for (int pixel = 0; pixel < mask.length; pixel++) {
      if (mask[pixel] != 0) {
        digest = ImageTruths.digest(digest, pixel);
      }
    }
    return digest;
  }

  private AnomalyCollector put(
      long image, double score, boolean defect, int regionCount, long digest) {
    images.addNew(image, limits.images());
    int place = images.size() - 1;
    if (place == scores.length) {
      scores = Arrays.copyOf(scores, 2 * place);
      defective = Arrays.copyOf(defective, 2 * place);
      regions = Arrays.copyOf(regions, 2 * place);
      digests = Arrays.copyOf(digests, 2 * place);
    }
    scores[place] = score;
    defective[place] = defect;
    regions[place] = regionCount;
    digests[place] = digest;
    return this;
  }
}
