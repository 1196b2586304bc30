package dev.fovea.onnx.export.archive;

import dev.fovea.kernel.Problem;

/** A {@code .pt2} file that is broken, hostile, or of a version that Fovea does not read. */
@SuppressWarnings("AnnotateFormatMethod") // that annotation would be a dependency of its own
public final class UnreadablePt2 extends Problem {

  /** What is wrong, for callers that treat some flaws differently. */
  public enum Flaw {
    /** The container is no plain zip with stored entries, or its parts contradict each other. */
    ARCHIVE,
    /** The program's JSON breaks its schema or the limits on its form. */
    PROGRAM,
    /** A tensor's description does not fit its bytes. */
    TENSOR,
    /** More bytes, entries, nodes or elements than the limits allow. */
    TOO_LARGE,
    /** A needed value is kept as a Python pickle, which is never opened. */
    PICKLE,
    /** Written by a PyTorch, or in a schema, that this reader does not know. */
    VERSION
  }

  private final Flaw flaw;
  private final String what;
  private final String fix;

  /**
   * @param what what is wrong, with the value and what was expected
   * @param fix what to do
   */
  public UnreadablePt2(Flaw flaw, String what, String fix) {
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

  static UnreadablePt2 archive(String what, Object... values) {
    return again(Flaw.ARCHIVE, what, values);
  }

  static UnreadablePt2 program(String what, Object... values) {
    return again(Flaw.PROGRAM, what, values);
  }

  static UnreadablePt2 tensor(String what, Object... values) {
    return again(Flaw.TENSOR, what, values);
  }

  static UnreadablePt2 tooLarge(String what, Object... values) {
    return new UnreadablePt2(
        Flaw.TOO_LARGE,
        ".pt2: " + what.formatted(values),
        "Use a smaller model or raise the limit.");
  }

  private static UnreadablePt2 again(Flaw flaw, String what, Object... values) {
    return new UnreadablePt2(
        flaw,
        ".pt2: " + what.formatted(values),
        "Save the program again: torch.export.save(torch.export.export(model.eval(), example), path).");
  }
}
