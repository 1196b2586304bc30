package dev.fovea.onnx.export.lowering.call;

import dev.fovea.kernel.Problem;

/**
 * A program that is well formed, but does something that has no counterpart in the ONNX written
 * here.
 */
public final class Inconvertible extends Problem {
  private final String what;
  private final String fix;

  /**
   * @param what which call does what
   * @param fix what to change in the model or its export
   */
  public Inconvertible(String what, String fix) {
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
}
