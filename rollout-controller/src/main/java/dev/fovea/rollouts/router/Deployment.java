package dev.fovea.rollouts.router;

import dev.fovea.kernel.Name;

/** A model of a project, as clients address it. */
public record Deployment(Name project, Name model) {
  @Override
  public String toString() {
    return project + "/" + model;
  }
}
