package dev.fovea.vision.metrics.bootstrap;

/**
 * Measures that are taken on the same resamples, such as one of each class. A resample may have
 * some of them and not others.
 */
public interface ResampledTogether {
  /** How many images, at least 1. Their places are the order of their ids. */
  int images();

  /** How many measures. */
  int measures();

  /** The smallest number that any of them can be. */
  double least();

  /** The largest number that any of them can be. */
  double most();

  /** What one thread needs to measure, over and over. */
  Player player();

  /** Measures on one thread. */
  interface Player {
    /** Whether a resample counts; one that does not is taken again. */
    boolean counts(int[] weights);

    /**
     * One of the measures where each image is there as often as its weight says; NaN where there is
     * none.
     *
     * @param measure 0 to how many there are less 1
     * @param weights one an image, not negative
     */
    double measured(int measure, int[] weights);
  }
}
