package dev.fovea.dvc.transfer;

import dev.fovea.dvc.remote.Remote;
import java.io.IOException;
import java.util.Optional;

/** Opens the remote that objects come from which the cache lacks, where there are such. */
public interface RemoteSource {
  /**
   * Opens it.
   *
   * @param own the only remote that has what is wanted; absent where any may
   */
  Remote open(Optional<String> own) throws IOException;
}
