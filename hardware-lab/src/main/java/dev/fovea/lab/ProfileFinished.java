package dev.fovea.lab;

import dev.fovea.kernel.Digest;

/** A profile job is done or has failed; {@link Lab#job} tells which. */
public record ProfileFinished(Digest job) {}
