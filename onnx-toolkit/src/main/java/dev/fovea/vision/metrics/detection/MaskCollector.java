package dev.fovea.vision.metrics.detection;

import dev.fovea.mask.RunLengths;
import java.util.Arrays;

/**
 * Takes truths and detections that are masks, in any order, once their image was named. What is
 * refused leaves no trace. Not for several threads at once.
 *
 * <p>A mask is COCO's uncompressed {@code counts}. {@link RunLengths#decompress} makes them of the
 * compressed ones, {@link dev.fovea.mask.Outlines} of polygons.
 */
public final class MaskCollector {
  private final Collected collected;
  private final MaskPool truths;
  private final MaskPool detections;
  private int[] widths = new int[16];
  private int[] heights = new int[16];

  /**
   * A collector under {@link CollectorLimits#DEFAULT}.
   *
   * @param categories the ids of all categories, at most 4,096, each once
   */
  public MaskCollector(long... categories) {
    this(CollectorLimits.DEFAULT, categories);
  }

  /** A collector that refuses more than these limits. */
  public MaskCollector(CollectorLimits limits, long... categories) {
    this.collected = new Collected(limits, categories);
    this.truths = new MaskPool("truths", limits.runs());
    this.detections = new MaskPool("detections", limits.runs());
  }

  /**
   * Names an image, which may stay without truths and detections.
   *
   * @param width in pixels, which its masks have too
   * @param height in pixels
   * @throws IllegalArgumentException when it was named before, is one too many, or has no pixel or
   *     more than {@link RunLengths#MAX_PIXELS}
   */
  public MaskCollector image(long id, int width, int height) {
    RunLengths.requirePixels(width, height);
    collected.addImage(id);
    int image = collected.image(id);
    if (image == widths.length) {
      widths = Arrays.copyOf(widths, 2 * image);
      heights = Arrays.copyOf(heights, 2 * image);
    }
    widths[image] = width;
    heights[image] = height;
    return this;
  }

  /**
   * An object that is there.
   *
   * @param runs its pixels
   * @param area by which it is small, medium or large, in square pixels; COCO's annotations state
   *     it, and it may be that of an outline
   * @param crowd whether it stands for many objects: COCO's {@code iscrowd}
   * @throws IllegalArgumentException when image or category is unknown, the runs don't fill the
   *     image, the area is not finite or negative, or it is one too many
   */
  public MaskCollector truth(long image, long category, int[] runs, double area, boolean crowd) {
    int imageIndex = collected.image(image);
    int categoryIndex = collected.category(category);
    RunLengths.requireFilled(widths[imageIndex], heights[imageIndex], runs);
    Collected.requireArea(area);
    collected.truths.requireRoom();
    truths.requireRoom(runs);
    truths.add(runs);
    collected.truths.add(imageIndex, categoryIndex, area, crowd);
    return this;
  }

  /**
   * An object that the detector said is there.
   *
   * @param score how sure it is, any finite number; larger is surer
   * @param runs its pixels
   * @throws IllegalArgumentException when image or category is unknown, the score is not finite,
   *     the runs don't fill the image, or it is one too many
   */
  public MaskCollector detection(long image, long category, double score, int[] runs) {
    int imageIndex = collected.image(image);
    int categoryIndex = collected.category(category);
    Collected.requireScore(score);
    RunLengths.requireFilled(widths[imageIndex], heights[imageIndex], runs);
    collected.detections.requireRoom();
    detections.requireRoom(runs);
    detections.add(runs);
    collected.detections.add(imageIndex, categoryIndex, score, false);
    return this;
  }

  /**
   * All that was collected.
   *
   * @throws IllegalArgumentException when no image was named, or an image has more than 10,000
   *     truths of one category
   */
  public DetectionSet collected() {
    return collected.set(truths.masks(), detections.masks());
  }
}
