package dev.fovea.onnx.session;

import dev.fovea.kernel.Problem;

/** ONNX Runtime would not load a model, or failed while running it. */
public final class InferenceFailed extends Problem {
  private final String what;
  private final String fix;

  /**
   * @param what what was tried and what ONNX Runtime said
   * @param fix what to do
   */
  public InferenceFailed(String what, String fix) {
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

  static InferenceFailed loading(String reason) {
    return new InferenceFailed(
        "ONNX Runtime refused the model: " + oneLine(reason),
        "Export it for operators and an operator-set version that ONNX Runtime 1.29 has.");
  }

  static InferenceFailed running(String reason) {
    return new InferenceFailed(
        "ONNX Runtime failed while running the model: " + oneLine(reason),
        "Check that the shapes of the inputs go together, and run the model with its own example input.");
  }

  private static final int REASON_CHARS = 400;

  /** The reason repeats names from the model, so it is cut and freed of control characters. */
  private static String oneLine(String reason) {
    var plain = reason.replaceAll("\\p{Cntrl}+", " ");
    return plain.length() <= REASON_CHARS ? plain : plain.substring(0, REASON_CHARS) + "…";
  }
}
