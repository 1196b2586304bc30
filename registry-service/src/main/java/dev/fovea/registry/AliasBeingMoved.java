package dev.fovea.registry;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;

/** Two requests move one alias at the same moment; this one did nothing. */
public final class AliasBeingMoved extends Problem {
  private final Name project;
  private final String model;
  private final String alias;

  public AliasBeingMoved(Name project, String model, String alias) {
    super(
        Kind.CONFLICT,
        "alias '%s' of model '%s' in project %s is being moved by another request"
            .formatted(Text.excerpt(alias), Text.excerpt(model), project),
        "look where it points now and decide again");
    this.project = project;
    this.model = model;
    this.alias = alias;
  }

  public Name project() {
    return project;
  }

  public String model() {
    return model;
  }

  public String alias() {
    return alias;
  }
}
