package dev.fovea.vision.robustness;

import dev.fovea.vision.Frame;
import java.util.function.IntUnaryOperator;

/** Replaces every sample by what stands in its place in a table of 256. */
final class SampleTable {
  private SampleTable() {}

  /**
   * The picture with every sample replaced.
   *
   * @param value of each sample, 0 to 255, what it becomes; cut off at 0 and 255
   */
  static Frame apply(Frame frame, IntUnaryOperator value) {
    var table = new byte[256];
    for (int sample = 0; sample < table.length; sample++) {
      table[sample] = (byte) Math.clamp(value.applyAsInt(sample), 0, 255);
    }
    var samples = frame.samples();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = table[samples[i] & 0xff];
    }
    return Frame.of(frame.width(), frame.height(), frame.channels(), samples);
  }
}
