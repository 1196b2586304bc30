package dev.fovea.lab.fleet;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;

/**
 * The right to use a device for one job. It ends by itself when it isn't renewed; whoever takes the
 * device next gets a higher fence, and a result that carries a lower one is refused, however late
 * it comes.
 *
 * @param fence grows with every lease of the device
 */
public record Lease(Name device, Digest job, long fence) {}
