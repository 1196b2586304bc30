package dev.fovea.vision.preprocess;

import dev.fovea.teamfile.PreprocessSpec;

/**
 * Where a picture lies in a model's input, so that places in the input can be found in the picture.
 * Pixels are areas: the upper left corner of either is (0, 0), and its lower right corner (width,
 * height).
 *
 * @param imageWidth the picture's, in its own pixels
 * @param imageHeight the picture's, in its own pixels
 * @param left where it begins in the input, in the input's pixels, as are the three that follow
 * @param top where it begins
 * @param width how wide it is there
 * @param height how high it is there
 */
public record Fitting(int imageWidth, int imageHeight, int left, int top, int width, int height) {
  public Fitting {
    if (Math.min(Math.min(imageWidth, imageHeight), Math.min(width, height)) < 1
        || Math.min(left, top) < 0) {
      throw new IllegalArgumentException(
          "picture of %d x %d px at (%d, %d), %d x %d px of the input (expected: sizes of 1 or more at 0 or more)"
              .formatted(imageWidth, imageHeight, left, top, width, height));
    }
  }

  /**
   * How this spec fits a picture of this size. A letterbox holds it in the middle, the longer side
   * as long as it can be, each side rounded to whole pixels; an odd row or column of padding goes
   * to the bottom or right.
   *
   * @throws FrameSizeMismatch when the spec resizes nothing and the picture has another size
   */
  public static Fitting of(PreprocessSpec spec, int imageWidth, int imageHeight) {
    return switch (spec.resize()) {
      case STRETCH -> whole(spec, imageWidth, imageHeight);
      case LETTERBOX -> letterboxed(spec, imageWidth, imageHeight);
      case NONE -> {
        if (imageWidth != spec.width() || imageHeight != spec.height()) {
          throw new FrameSizeMismatch(imageWidth, imageHeight, spec.width(), spec.height());
        }
        yield whole(spec, imageWidth, imageHeight);
      }
    };
  }

  private static Fitting whole(PreprocessSpec spec, int imageWidth, int imageHeight) {
    return new Fitting(imageWidth, imageHeight, 0, 0, spec.width(), spec.height());
  }

  private static Fitting letterboxed(PreprocessSpec spec, int imageWidth, int imageHeight) {
    double ratio =
        Math.min((double) spec.width() / imageWidth, (double) spec.height() / imageHeight);
    int width = Math.clamp(Math.round(imageWidth * ratio), 1, spec.width());
    int height = Math.clamp(Math.round(imageHeight * ratio), 1, spec.height());
    return new Fitting(
        imageWidth,
        imageHeight,
        (spec.width() - width) / 2,
        (spec.height() - height) / 2,
        width,
        height);
  }

  /**
   * The picture's x at an x of the input. Each side has its own scale, for each was rounded to
   * whole pixels by itself; what lies in the padding is outside the picture.
   */
  public double imageX(double x) {
    return (x - left) * imageWidth / width;
  }

  /** The picture's y at a y of the input. */
  public double imageY(double y) {
    return (y - top) * imageHeight / height;
  }
}
