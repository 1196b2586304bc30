package dev.fovea.vision.robustness;

import dev.fovea.vision.Frame;

/**
 * Contrast: {@code (1 + strength) · sample - strength · mean} in single precision, cut off at 0 and
 * 255, the fraction dropped. The mean is that of the picture's grey, {@code 0.2989 · red + 0.587 ·
 * green + 0.114 · blue} with the fraction dropped. Equal to {@code adjust_contrast(image, 1 +
 * strength)} of torchvision's {@code transforms.functional} on {@code uint8} tensors, up to a sum
 * of grey of 2²⁴ (65,793 white pixels); beyond, torch's own sum is rounded in the order of its
 * threads, and this one once.
 *
 * @param strength a share, -1 (all of it the mean) to 3
 */
record Contrast(double strength) implements Corruption {
  @Override
  public Frame apply(Frame frame) {
    if (strength == 0) {
      return frame;
    }
    float factor = (float) (1 + strength);
    float rest = (float) (1 - (1 + strength)) * mean(frame);
    return SampleTable.apply(frame, sample -> (int) (factor * sample + rest));
  }

  private static float mean(Frame frame) {
    var samples = frame.samples();
    int pixels = frame.width() * frame.height();
    long sum = 0;
    for (int i = 0; i < pixels; i++) {
      sum +=
          frame.channels() == 1
              ? samples[i] & 0xff
              : grey(samples[3 * i] & 0xff, samples[3 * i + 1] & 0xff, samples[3 * i + 2] & 0xff);
    }
    return (float) sum / pixels;
  }

  private static int grey(int red, int green, int blue) {
    return (int) (0.2989f * red + 0.587f * green + 0.114f * blue);
  }
}
