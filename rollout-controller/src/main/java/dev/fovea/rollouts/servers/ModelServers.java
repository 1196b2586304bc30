package dev.fovea.rollouts.servers;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Servers of models, one a rollout. */
public interface ModelServers {
  /**
   * Starts the server and warms it up, or finds it running.
   *
   * @return where it listens
   * @throws dev.fovea.kernel.Problem when the model can't be served at all
   * @throws IOException when it couldn't be started this time
   */
  URI ensure(Served served) throws IOException;

  /** Where a rollout's server listens, if it runs. */
  Optional<URI> address(Digest rollout);

  /** Whose servers run. */
  Set<Digest> running();

  /** Stops it after it has answered what is under way; does nothing when it doesn't run. */
  void stop(Digest rollout);
}
