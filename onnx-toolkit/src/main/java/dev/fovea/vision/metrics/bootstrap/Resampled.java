package dev.fovea.vision.metrics.bootstrap;

/** A measure that can be taken again on images that are there several times or not at all. */
public interface Resampled {
  /** How many images, at least 1. Their places are the order of their ids. */
  int images();

  /** The smallest number that the measure can be. */
  double least();

  /** The largest number that the measure can be. */
  double most();

  /** Whether another measure is of the same truths in the same images. */
  boolean sameTruths(Resampled other);

  /** What one thread needs to measure, over and over. */
  Player player();

  /** Measures on one thread. */
  interface Player {
    /**
     * The measure where each image is there as often as its weight says; NaN where there is none.
     *
     * @param weights one an image, not negative
     */
    double measured(int[] weights);
  }
}
