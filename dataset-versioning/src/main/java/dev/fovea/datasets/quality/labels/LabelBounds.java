package dev.fovea.datasets.quality.labels;

import dev.fovea.labels.format.LabelLimits;

/**
 * How much the labels of a dataset may make the gate read and keep.
 *
 * @param files bounds of each file and each image
 * @param objects in the whole dataset, at most
 * @param outlineNumbers coordinates of all outlines that a manifest keeps, at most
 * @param bytesRead of all label files together, each as often as it is read, at most
 */
public record LabelBounds(LabelLimits files, int objects, long outlineNumbers, long bytesRead) {
  /**
   * 1 GiB a file, a million images, 100,000 objects of 1,000,000 numbers in an image; a million
   * objects in all, which as polygons of 25 points take about 0.8 KB of memory and 0.5 KB of
   * manifest each; 32 GiB read, since COCO files larger than 64 MiB are read in several passes.
   */
  public static final LabelBounds DEFAULT =
      new LabelBounds(
          new LabelLimits(1L << 30, 1_000_000, 100_000, 1_000_000, 64L << 20),
          1_000_000,
          50_000_000,
          32L << 30);
}
