package dev.fovea.dvc.work;

import dev.fovea.dvc.remote.Remote;
import java.io.IOException;

/** Opens the remote that objects come from which the cache lacks, where there are such. */
public interface RemoteSource {
  Remote open() throws IOException;
}
