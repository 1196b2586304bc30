package dev.fovea.rollouts.router;

import dev.fovea.kernel.Digest;
import java.net.URI;

/**
 * A model server that may get traffic.
 *
 * @param rollout whose it is
 * @param version the model version's number, which clients may name in the path
 * @param address where it listens, {@code http://host:port}
 */
public record Backend(Digest rollout, String version, URI address) {}
