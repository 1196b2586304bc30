package dev.fovea.registry;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;

/** A model version is not what was signed, so nothing is made of it. */
public final class ModelNotTrusted extends Problem {
  private final Name project;
  private final String model;
  private final int number;
  private final String differs;

  /**
   * @param differs what differs, one sentence
   */
  public ModelNotTrusted(Name project, String model, int number, String differs) {
    super(
        Kind.REFUSED,
        "model version %s %d of project %s is not what was signed: %s"
            .formatted(Text.excerpt(model), number, project, differs),
        "find out who changed it ('fovea model verify %s %d', 'fovea audit log'), and register the model anew from its run"
            .formatted(Text.excerpt(model), number));
    this.project = project;
    this.model = model;
    this.number = number;
    this.differs = differs;
  }

  public Name project() {
    return project;
  }

  public String model() {
    return model;
  }

  public int number() {
    return number;
  }

  public String differs() {
    return differs;
  }
}
