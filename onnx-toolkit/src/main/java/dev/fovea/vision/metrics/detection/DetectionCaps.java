package dev.fovea.vision.metrics.detection;

/**
 * How many detections count, of one image and one category: the best scored ones. COCO's maxDets.
 *
 * @param few for AR1, at least 1
 * @param some for AR10, at least {@code few}
 * @param most for everything else, at least {@code some}, at most 1,000
 */
public record DetectionCaps(int few, int some, int most) {
  /** 1, 10 and 100. */
  public static final DetectionCaps COCO = new DetectionCaps(1, 10, 100);

  private static final int LARGEST = 1000;

  public DetectionCaps {
    if (few < 1 || some < few || most < some || most > LARGEST) {
      throw new IllegalArgumentException(
          "detections of an image and category: %d, %d, %d (expected: ascending, 1 to %d)"
              .formatted(few, some, most, LARGEST));
    }
  }
}
