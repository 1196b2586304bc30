package dev.fovea.vision;

/**
 * What an image file says about itself, before any pixel is decoded.
 *
 * @param format by its first bytes, never by its name
 * @param width in pixels as stored, at least 1
 * @param height in pixels as stored, at least 1
 * @param orientation the EXIF tag Orientation, 1 to 8; 1 where the file has none
 */
public record ImageHeader(Format format, int width, int height, int orientation) {
  /** The formats that are read. */
  public enum Format {
    PNG,
    JPEG
  }

  /** In pixels, as the image is to be seen. */
  public int uprightWidth() {
    return isTurned() ? height : width;
  }

  /** In pixels, as the image is to be seen. */
  public int uprightHeight() {
    return isTurned() ? width : height;
  }

  /** Whether it lies on its side: orientations 5 to 8 swap rows and columns. */
  private boolean isTurned() {
    return orientation > 4;
  }

  /** How many pixels the raster will have. */
  public long pixels() {
    return (long) width * height;
  }
}
