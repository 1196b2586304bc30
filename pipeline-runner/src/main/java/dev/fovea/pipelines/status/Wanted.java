package dev.fovea.pipelines.status;

import dev.fovea.pipelines.CommitStatus;

/**
 * A status as it should be.
 *
 * @param context which gate
 * @param description at most 140 characters
 * @param target where it leads; empty without a link
 */
record Wanted(String context, CommitStatus.State state, String description, String target) {}
