package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderPackFilesTest extends PackFilesContract {
  @TempDir Path folder;

  @Override
  protected Remote remote() {
    return new FolderRemote(folder.resolve("remote"));
  }

  @Test
  void passesOverWhatIsNotOurs() throws Exception {
    var packs = Files.createDirectories(folder.resolve("remote/fovea/packs"));
    Files.writeString(packs.resolve("README"), "hello");
    Files.writeString(packs.resolve("x.pack"), "hello");
    remote().packFiles().orElseThrow().list(each -> assertThat(each).isNull());
  }
}
