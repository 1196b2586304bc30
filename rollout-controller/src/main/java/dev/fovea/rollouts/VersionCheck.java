package dev.fovea.rollouts;

import dev.fovea.kernel.Name;

/**
 * What is asked before a model is packaged. Whoever puts the roles together says how it is
 * answered, since this service knows no registry.
 */
@FunctionalInterface
public interface VersionCheck {
  /**
   * Goes on where the model version is byte for byte what was signed when it was registered.
   *
   * @throws dev.fovea.kernel.Problem where it is not, with what differs: the rollout fails; one of
   *     kind {@code UNAVAILABLE} where nobody can tell now: the rollout waits
   */
  void requireSigned(Name project, Name model, int number);
}
