package dev.fovea.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.store.filesystem.FilesystemObjectStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredStoreTest {
  @Test
  void opensTheFolderThatTheSettingsName(@TempDir Path folder) throws Exception {
    var settings = List.of("fovea.objects.folder=" + folder);
    var digest = ConfiguredStore.open(settings).put(new byte[] {1, 2, 3});
    assertThat(new FilesystemObjectStore(folder).bytes(digest, 3)).containsExactly(1, 2, 3);
  }

  @Test
  void refusesAFolderAndABucketAtOnce(@TempDir Path folder) {
    var settings =
        List.of(
            "fovea.objects.folder=" + folder,
            "fovea.objects.s3.endpoint=http://127.0.0.1:1",
            "fovea.objects.s3.bucket=fovea",
            "fovea.objects.s3.access-key=a",
            "fovea.objects.s3.secret-key=s");
    assertThatThrownBy(() -> ConfiguredStore.open(settings))
        .rootCause()
        .hasMessageContaining("expected: one of them");
  }
}
