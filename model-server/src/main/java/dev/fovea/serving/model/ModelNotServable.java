package dev.fovea.serving.model;

import dev.fovea.kernel.Problem;

/** The file is a model, but not one that this server can answer with. */
public final class ModelNotServable extends Problem {
  private final String model;
  private final String why;
  private final String fix;

  /**
   * @param why what doesn't fit, with values
   * @param fix what to do
   */
  public ModelNotServable(String model, String why, String fix) {
    super(Kind.INVALID, "model %s cannot be served: %s".formatted(model, why), fix);
    this.model = model;
    this.why = why;
    this.fix = fix;
  }

  public String model() {
    return model;
  }

  public String why() {
    return why;
  }

  public String fix() {
    return fix;
  }
}
