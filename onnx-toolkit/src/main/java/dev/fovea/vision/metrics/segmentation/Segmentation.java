package dev.fovea.vision.metrics.segmentation;

import dev.fovea.vision.metrics.ClassTallies;
import dev.fovea.vision.metrics.ConfusionMatrix;
import dev.fovea.vision.metrics.bootstrap.ImageMeasure;
import dev.fovea.vision.metrics.bootstrap.ImageTruths;
import dev.fovea.vision.metrics.bootstrap.Resampled;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The measures of the pixels of some images, those that are ignored left out. All images count as
 * one: a class's pixels are summed before they are divided, as PASCAL VOC and Cityscapes do.
 * Immutable; made by a {@link SegmentationCollector}.
 */
public final class Segmentation {
  private final ImageTruths truths;
  private final ConfusionMatrix confusion;
  private final ClassTallies tallies;
  private final ImageTallies images;
  private final long ignoredPixels;

  Segmentation(
      ImageTruths truths, ConfusionMatrix confusion, ImageTallies images, long ignoredPixels) {
    this.truths = truths;
    this.confusion = confusion;
    this.tallies = confusion.tallies();
    this.images = images;
    this.ignoredPixels = ignoredPixels;
  }

  /** How many images. */
  public int imageCount() {
    return truths.size();
  }

  /** How many pixels did not count. */
  public long ignoredPixels() {
    return ignoredPixels;
  }

  /** Which answer was given for which truth, in how many pixels. */
  public ConfusionMatrix confusion() {
    return confusion;
  }

  /** The classes that are neither true nor answered anywhere: no mean holds them. Ascending. */
  public int[] nowhere() {
    return IntStream.range(0, confusion.classes()).filter(tallies::nowhere).toArray();
  }

  /** A class's intersection over union, 0 to 1; absent where it is nowhere. */
  public OptionalDouble iou(int label) {
    return tallies.overlap(requireClass(label));
  }

  /** A class's Dice coefficient, which is its F1, 0 to 1; absent where it is nowhere. */
  public OptionalDouble dice(int label) {
    return tallies.f1(requireClass(label));
  }

  /** The mean intersection over union of the classes that are somewhere, 0 to 1. */
  public double meanIou() {
    return of(SegmentationMeasure.MEAN_IOU);
  }

  /** The mean intersection over union, each class by its share of the true pixels, 0 to 1. */
  public double frequencyWeightedIou() {
    return of(SegmentationMeasure.FREQUENCY_WEIGHTED_IOU);
  }

  /** The share of right pixels, 0 to 1. */
  public double pixelAccuracy() {
    return of(SegmentationMeasure.PIXEL_ACCURACY);
  }

  /** The mean over the classes that are true somewhere of their share of right pixels, 0 to 1. */
  public double meanAccuracy() {
    return of(SegmentationMeasure.MEAN_ACCURACY);
  }

  /** The mean Dice coefficient of the classes that are somewhere, 0 to 1. */
  public double meanDice() {
    return of(SegmentationMeasure.MEAN_DICE);
  }

  /** A measure for {@link dev.fovea.vision.metrics.bootstrap.ImageBootstrap}. */
  public Resampled measure(SegmentationMeasure measure) {
    return resampled(measure::of);
  }

  /** A class's intersection over union, likewise. */
  public Resampled iouMeasure(int label) {
    requireClass(label);
    return resampled(counted -> counted.overlap(label));
  }

  /** A class's Dice coefficient, likewise. */
  public Resampled diceMeasure(int label) {
    requireClass(label);
    return resampled(counted -> counted.f1(label));
  }

  private double of(SegmentationMeasure measure) {
    return measure.of(tallies).orElseThrow();
  }

  private Resampled resampled(Function<ClassTallies, OptionalDouble> rule) {
    return new ImageMeasure(
        truths,
        0,
        1,
        () -> {
          var counted = new ClassTallies(confusion.classes());
          return weights -> {
            counted.clear();
            for (int rank = 0; rank < weights.length; rank++) {
              if (weights[rank] > 0) {
                images.addTo(counted, truths.place(rank), weights[rank]);
              }
            }
            return rule.apply(counted).orElse(Double.NaN);
          };
        });
  }

  private int requireClass(int label) {
    if (label < 0 || label >= confusion.classes()) {
      throw new IllegalArgumentException(
          "class: %d (expected: 0 to %d)".formatted(label, confusion.classes() - 1));
    }
    return label;
  }
}
