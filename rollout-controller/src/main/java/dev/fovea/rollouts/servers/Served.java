package dev.fovea.rollouts.servers;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.Rollouts.Plan;

/**
 * What a model server is to serve.
 *
 * @param rollout whose server it is; one rollout has one server
 */
public record Served(Digest rollout, Name project, Plan plan) {}
