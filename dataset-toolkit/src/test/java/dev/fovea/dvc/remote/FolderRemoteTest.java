package dev.fovea.dvc.remote;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FolderRemoteTest extends RemoteContract {
  @TempDir Path folder;

  @Override
  protected Remote remote() {
    return new FolderRemote(folder.resolve("remote"));
  }
}
