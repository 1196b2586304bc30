package dev.fovea.vision.metrics.segmentation;

import dev.fovea.vision.metrics.ClassTallies;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Which measure of a segmentation; 0 to 1 each. */
public enum SegmentationMeasure {
  /** {@link Segmentation#meanIou}. */
  MEAN_IOU(ClassTallies::meanOverlap),
  /** {@link Segmentation#frequencyWeightedIou}. */
  FREQUENCY_WEIGHTED_IOU(ClassTallies::weightedOverlap),
  /** {@link Segmentation#pixelAccuracy}. */
  PIXEL_ACCURACY(ClassTallies::accuracy),
  /** {@link Segmentation#meanAccuracy}. */
  MEAN_ACCURACY(ClassTallies::meanRecall),
  /** {@link Segmentation#meanDice}. */
  MEAN_DICE(ClassTallies::meanF1);

  private final Function<ClassTallies, OptionalDouble> rule;

  SegmentationMeasure(Function<ClassTallies, OptionalDouble> rule) {
    this.rule = rule;
  }

  OptionalDouble of(ClassTallies tallies) {
    return rule.apply(tallies);
  }
}
