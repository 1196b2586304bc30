package dev.fovea.pipelines.release;

import dev.fovea.kernel.Problem;

/** The exported model does not answer what was recorded where it was trained. */
public final class OutputsDisagree extends Problem {
  private final String model;
  private final String worst;
  private final double allowed;

  /**
   * @param worst the output that is furthest off, with values
   * @param allowed the largest difference allowed, relative to the largest recorded output
   */
  public OutputsDisagree(String model, String worst, double allowed) {
    super(
        Kind.REFUSED,
        "%s does not repeat its recorded answers: %s (allowed: max rel %s)"
            .formatted(model, worst, allowed),
        "check that the recording was made by this model in eval() mode, on the inputs it names, and register both again");
    this.model = model;
    this.worst = worst;
    this.allowed = allowed;
  }

  public String model() {
    return model;
  }

  public String worst() {
    return worst;
  }

  public double allowed() {
    return allowed;
  }
}
