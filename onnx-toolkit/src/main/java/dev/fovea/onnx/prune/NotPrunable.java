package dev.fovea.onnx.prune;

import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;

/** A model of which nothing can be pruned honestly, or a share that makes no sense. */
public final class NotPrunable extends Problem {
  private final String what;
  private final String fix;

  /**
   * @param what what is wrong, with the value and what was expected
   * @param fix what to do
   */
  public NotPrunable(String what, String fix) {
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

  static NotPrunable notFinite(String weights, int element, float value) {
    return new NotPrunable(
        "weights '%s': %s at element %d (expected: finite)"
            .formatted(Text.excerpt(weights), value, element),
        "Look for a training that diverged; weights are ranked by size, and this one has none.");
  }
}
