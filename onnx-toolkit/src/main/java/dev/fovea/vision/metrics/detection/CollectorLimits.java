package dev.fovea.vision.metrics.detection;

/**
 * How much a collector takes before it refuses more.
 *
 * @param images 1 to 2²⁸, as the others
 * @param truths ground truths of all images
 * @param detections of all images
 * @param runs of all masks, those of truths and those of detections for themselves; 4 bytes each
 */
public record CollectorLimits(int images, int truths, int detections, int runs) {
  /** A million images, 5 million truths, 20 million detections (1.2 GB), 200 million runs. */
  public static final CollectorLimits DEFAULT =
      new CollectorLimits(1_000_000, 5_000_000, 20_000_000, 200_000_000);

  private static final int LARGEST = 1 << 28; // four numbers a box fit into one array

  public CollectorLimits {
    int least = Math.min(Math.min(images, truths), Math.min(detections, runs));
    int most = Math.max(Math.max(images, truths), Math.max(detections, runs));
    if (least < 1 || most > LARGEST) {
      throw new IllegalArgumentException(
          "limits: %d images, %d truths, %d detections, %d runs (expected: 1 to %d each)"
              .formatted(images, truths, detections, runs, LARGEST));
    }
  }
}
