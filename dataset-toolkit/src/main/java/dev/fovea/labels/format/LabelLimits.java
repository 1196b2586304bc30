package dev.fovea.labels.format;

/**
 * How much of a dataset somebody else may make us read.
 *
 * @param fileBytes of one label file, at most
 * @param images in the dataset, at most
 * @param annotations of one image, at most
 * @param numbers in one shape: coordinates or runs, at most
 * @param heldBytes of JSON whose objects are held at once, about; a larger COCO file is read in
 *     several passes
 */
public record LabelLimits(
    long fileBytes, int images, int annotations, int numbers, long heldBytes) {
  /** 16 GiB a file, ten million images, 100,000 annotations of 4,000,000 numbers; 64 MiB held. */
  public static final LabelLimits DEFAULT =
      new LabelLimits(16L << 30, 10_000_000, 100_000, 4_000_000, 64L << 20);
}
