package dev.fovea.onnx.quantize.prepare;

import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;

/** A model, or its calibration data, from which no honest INT8 model can be made. */
public final class NotQuantizable extends Problem {
  private final String what;
  private final String fix;

  /**
   * @param what what is wrong, with the value and what was expected
   * @param fix what to do
   */
  public NotQuantizable(String what, String fix) {
    super(Kind.INVALID, what, fix);
    this.what = what;
    this.fix = fix;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }

  public static NotQuantizable notFinite(String where, String tensor, int element, float value) {
    return new NotQuantizable(
        "%s tensor '%s': %s at element %d (expected: finite)"
            .formatted(where, Text.excerpt(tensor), value, element),
        "Look for a broken input, a division by zero or an overflow before this tensor.");
  }
}
