package dev.fovea.vision;

import java.util.Arrays;

/** A decoded picture: 8 bits a sample, rows from the top, one channel (grey) or three (RGB). */
public final class Frame {
  private final int width;
  private final int height;
  private final int channels;
  private final byte[] samples;

  private Frame(int width, int height, int channels, byte[] samples) {
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.samples = samples;
  }

  /**
   * A picture of these samples, which are copied.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param samples {@code width · height · channels} bytes, the channels of a pixel side by side
   */
  public static Frame of(int width, int height, int channels, byte[] samples) {
    if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "frame: %d x %d px, %d channels (expected: at least 1 x 1, and 1 or 3 channels)"
              .formatted(width, height, channels));
    }
    if (samples.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          "frame: %d samples (expected: %d x %d x %d)"
              .formatted(samples.length, width, height, channels));
    }
    return new Frame(width, height, channels, samples.clone());
  }

  /** In pixels, at least 1. */
  public int width() {
    return width;
  }

  /** In pixels, at least 1. */
  public int height() {
    return height;
  }

  /** 1 for grey, 3 for red, green, blue. */
  public int channels() {
    return channels;
  }

  /** One sample, 0 to 255. */
  public int sample(int x, int y, int channel) {
    return samples[(y * width + x) * channels + channel] & 0xff;
  }

  /** A copy of all samples, the channels of a pixel side by side. */
  public byte[] samples() {
    return samples.clone();
  }

  /**
   * Grey by ITU-R BT.601 luma in 16-bit fixed point, rounded, as Pillow's {@code convert("L")}; a
   * grey picture is returned as it is.
   */
  public Frame grey() {
    if (channels == 1) {
      return this;
    }
    var grey = new byte[width * height];
    for (int i = 0; i < grey.length; i++) {
      int red = samples[3 * i] & 0xff;
      int green = samples[3 * i + 1] & 0xff;
      int blue = samples[3 * i + 2] & 0xff;
      grey[i] = (byte) ((red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16);
    }
    return new Frame(width, height, 1, grey);
  }

  /**
   * A part of the picture.
   *
   * @param left where it begins, in pixels, 0 or more
   * @param top where it begins, 0 or more
   */
  public Frame cut(int left, int top, int cutWidth, int cutHeight) {
    if (Math.min(left, top) < 0
        || Math.min(cutWidth, cutHeight) < 1
        || cutWidth > width - left
        || cutHeight > height - top) {
      throw new IllegalArgumentException(
          "cut: %d x %d px at (%d, %d) (expected: within %d x %d px)"
              .formatted(cutWidth, cutHeight, left, top, width, height));
    }
    if (cutWidth == width && cutHeight == height) {
      return this;
    }
    int row = cutWidth * channels;
    var cut = new byte[row * cutHeight];
    for (int y = 0; y < cutHeight; y++) {
      System.arraycopy(samples, ((top + y) * width + left) * channels, cut, y * row, row);
    }
    return new Frame(cutWidth, cutHeight, channels, cut);
  }

  /** Three channels; grey repeated in each. */
  public Frame rgb() {
    if (channels == 3) {
      return this;
    }
    var rgb = new byte[3 * samples.length];
    for (int i = 0; i < samples.length; i++) {
      Arrays.fill(rgb, 3 * i, 3 * i + 3, samples[i]);
    }
    return new Frame(width, height, 3, rgb);
  }

  /**
   * The picture upright, given what its file says about the camera.
   *
   * @param exif the EXIF tag Orientation, 1 to 8; 1 is upright
   */
  Frame upright(int exif) {
    if (exif == 1) {
      return this;
    }
    boolean sideways = exif >= 5;
    int newWidth = sideways ? height : width;
    int newHeight = sideways ? width : height;
    var turned = new byte[samples.length];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        int along = sideways ? y : x;
        int across = sideways ? x : y;
        // EXIF 2.32, table 6: which edge of the stored picture is the top, and which the left.
        boolean flipX = exif == 2 || exif == 3 || exif == 7 || exif == 8;
        boolean flipY = exif == 3 || exif == 4 || exif == 6 || exif == 7;
        int fromX = flipX ? width - 1 - along : along;
        int fromY = flipY ? height - 1 - across : across;
        System.arraycopy(
            samples,
            (fromY * width + fromX) * channels,
            turned,
            (y * newWidth + x) * channels,
            channels);
      }
    }
    return new Frame(newWidth, newHeight, channels, turned);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Frame frame
        && width == frame.width
        && height == frame.height
        && channels == frame.channels
        && Arrays.equals(samples, frame.samples);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + channels) + Arrays.hashCode(samples);
  }

  @Override
  public String toString() {
    return "%d x %d px, %s".formatted(width, height, channels == 1 ? "grey" : "RGB");
  }
}
