package dev.fovea.vision.robustness;

import dev.fovea.vision.Frame;

/**
 * Exposure: every sample times {@code 1 + strength} in single precision, cut off at 255, the
 * fraction dropped. Equal to {@code adjust_brightness(image, 1 + strength)} of torchvision's {@code
 * transforms.functional} on {@code uint8} tensors.
 *
 * @param strength a share, -1 (black) to 3
 */
record Brightness(double strength) implements Corruption {
  @Override
  public Frame apply(Frame frame) {
    float factor = (float) (1 + strength);
    return strength == 0 ? frame : SampleTable.apply(frame, sample -> (int) (factor * sample));
  }
}
