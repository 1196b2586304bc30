package dev.fovea.vision.metrics.bootstrap;

import java.util.Arrays;

/**
 * What is true of some images, in short: by which it is known whether two models were asked the
 * same. Images are in the order of their ids.
 */
public final class ImageTruths {
  private final long[] ids;
  private final long[] digests;
  private final int[] places;

  private ImageTruths(long[] ids, long[] digests, int[] places) {
    this.ids = ids;
    this.digests = digests;
    this.places = places;
  }

  /**
   * The truths of these images.
   *
   * @param digests of the truth of each image, in the order in which the ids came; may be longer
   * @throws IllegalArgumentException when there is no image
   */
  public static ImageTruths of(ImageIds images, long[] digests) {
    if (images.size() == 0) {
      throw new IllegalArgumentException("images: none (add at least one)");
    }
    var ids = images.ids();
    Arrays.sort(ids);
    var sorted = new long[ids.length];
    var places = new int[ids.length];
    for (int rank = 0; rank < ids.length; rank++) {
      places[rank] = images.find(ids[rank]);
      sorted[rank] = digests[places[rank]];
    }
    return new ImageTruths(ids, sorted, places);
  }

  /** How many images. */
  public int size() {
    return ids.length;
  }

  /** The place of an image in the order in which they came. */
  public int place(int rank) {
    return places[rank];
  }

  /** The digest of the truth after one more number of it; begin with 0. */
  public static long digest(long before, long number) {
    long mixed = (before ^ number) * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    return mixed ^ (mixed >>> 29);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageTruths truths
        && Arrays.equals(ids, truths.ids)
        && Arrays.equals(digests, truths.digests);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids) * 31 + Arrays.hashCode(digests);
  }
}
