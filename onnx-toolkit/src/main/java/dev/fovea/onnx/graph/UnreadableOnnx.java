package dev.fovea.onnx.graph;

import dev.fovea.kernel.Problem;

/** An ONNX file that is broken, hostile, or uses a part of the format that Fovea does not carry. */
@SuppressWarnings("AnnotateFormatMethod") // that annotation would be a dependency of its own
public final class UnreadableOnnx extends Problem {

  /** What is wrong, for callers that treat some flaws differently. */
  public enum Flaw {
    /** The bytes are no valid protobuf, or the message breaks a rule of ONNX. */
    MALFORMED,
    /** More bytes, nodes or elements than the limits allow. */
    TOO_LARGE,
    /** Subgraphs nested beyond the limit. */
    TOO_DEEP,
    /** Weights in another file: they would be read from a place of the model's choosing. */
    EXTERNAL_DATA,
    /** Valid ONNX that these records cannot hold. */
    UNSUPPORTED
  }

  private final Flaw flaw;
  private final String what;
  private final String fix;

  /**
   * @param what what is wrong, with the value and what was expected
   * @param fix what to do
   */
  public UnreadableOnnx(Flaw flaw, String what, String fix) {
    super(flaw == Flaw.TOO_LARGE ? Kind.TOO_LARGE : Kind.INVALID, what, fix);
    this.flaw = flaw;
    this.what = what;
    this.fix = fix;
  }

  public Flaw flaw() {
    return flaw;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }

  static UnreadableOnnx malformed(String what, Object... values) {
    return new UnreadableOnnx(
        Flaw.MALFORMED,
        "ONNX: " + what.formatted(values),
        "Export the model again and check it with onnx.checker.check_model.");
  }

  static UnreadableOnnx tooLarge(String what, Object... values) {
    return new UnreadableOnnx(
        Flaw.TOO_LARGE,
        "ONNX: " + what.formatted(values),
        "Use a smaller model or raise the limit.");
  }

  static UnreadableOnnx unsupported(String fix, String what, Object... values) {
    return new UnreadableOnnx(Flaw.UNSUPPORTED, "ONNX: " + what.formatted(values), fix);
  }
}
