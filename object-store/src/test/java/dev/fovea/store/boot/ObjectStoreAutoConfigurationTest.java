package dev.fovea.store.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.store.ObjectStore;
import dev.fovea.store.filesystem.FilesystemObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.store.s3.S3Properties;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ObjectStoreAutoConfigurationTest {
  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ObjectStoreAutoConfiguration.class));

  @Test
  void opensTheFolderThatIsNamed(@TempDir Path folder) {
    context
        .withPropertyValues("fovea.objects.folder=" + folder.resolve("objects"))
        .run(started -> {
          assertThat(started).getBean(ObjectStore.class).isInstanceOf(FilesystemObjectStore.class);
          assertThat(folder.resolve("objects/sha256")).isDirectory();
        });
  }

  @Test
  void leavesAStoreThatIsThereAlone() {
    context
        .withBean(MemoryObjectStore.class)
        .run(started ->
            assertThat(started).getBean(ObjectStore.class).isInstanceOf(MemoryObjectStore.class));
  }

  @Test
  void refusesAFolderAndABucketTogether(@TempDir Path folder) {
    context
        .withPropertyValues(
            "fovea.objects.folder=" + folder,
            "fovea.objects.s3.endpoint=http://127.0.0.1:1",
            "fovea.objects.s3.bucket=b",
            "fovea.objects.s3.access-key=a",
            "fovea.objects.s3.secret-key=s")
        .run(started ->
            assertThat(started)
                .getFailure()
                .rootCause()
                .hasMessageContaining("(expected: one of them)"));
  }

  @Test
  void bindsABucketWithItsDefaults() {
    context
        .withBean(MemoryObjectStore.class) // no bucket is asked
        .withPropertyValues(
            "fovea.objects.s3.endpoint=http://127.0.0.1:1",
            "fovea.objects.s3.bucket=b",
            "fovea.objects.s3.access-key=a",
            "fovea.objects.s3.secret-key=s")
        .run(started -> {
          assertThat(started.getBean(ObjectsProperties.class).s3())
              .isEqualTo(S3Properties.of(URI.create("http://127.0.0.1:1"), "b", "a", "s"));
        });
  }

  @Test
  void liesInTheUsersHomeWhereNothingIsSaid() {
    var properties = new ObjectsProperties(null, null);
    assertThat(properties.folderOrDefault())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".fovea", "objects"));
  }
}
