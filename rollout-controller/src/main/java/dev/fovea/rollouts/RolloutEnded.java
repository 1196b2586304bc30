package dev.fovea.rollouts;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;

/** A rollout reached a state from which nothing more happens. */
public record RolloutEnded(
    Name project,
    Name model,
    int number,
    Digest rollout,
    Digest release,
    Rollout.State state,
    String reason) {}
