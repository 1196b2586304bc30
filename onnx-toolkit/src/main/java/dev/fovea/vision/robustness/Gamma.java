package dev.fovea.vision.robustness;

import dev.fovea.vision.Frame;

/**
 * Gamma: {@code 255.999 · (sample / 255) ^ (1 + strength)} in single precision, the fraction
 * dropped. A strength above 0 darkens the middle, one below 0 lightens it; black and white stay.
 * Equal to {@code adjust_gamma(image, 1 + strength)} of torchvision's {@code transforms.functional}
 * on {@code uint8} tensors.
 *
 * @param strength a share, -0.9 to 4: exponents of 0.1 to 5
 */
record Gamma(double strength) implements Corruption {
  private static final float TO_BYTE = 255.999f;

  @Override
  public Frame apply(Frame frame) {
    double exponent = (float) (1 + strength);
    return strength == 0
        ? frame
        : SampleTable.apply(
            frame, sample -> (int) (TO_BYTE * (float) StrictMath.pow(sample / 255f, exponent)));
  }
}
