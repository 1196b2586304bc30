package dev.fovea.rollouts.servers;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.Rollouts.Plan;
import java.util.Optional;

/**
 * What a model server is to serve.
 *
 * @param rollout whose server it is; one rollout has one server
 * @param image its container image's manifest, once it is made
 */
public record Served(Digest rollout, Name project, Plan plan, Optional<Digest> image) {
  /** Before there is an image. */
  public Served(Digest rollout, Name project, Plan plan) {
    this(rollout, project, plan, Optional.empty());
  }
}
