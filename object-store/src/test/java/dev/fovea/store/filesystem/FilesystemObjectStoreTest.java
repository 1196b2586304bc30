package dev.fovea.store.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.ObjectStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemObjectStoreTest extends ObjectStoreContract {
  @TempDir Path root;
  private FilesystemObjectStore store;

  @BeforeEach
  void open() throws IOException {
    store = new FilesystemObjectStore(root);
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Override
  protected void damage(Digest digest, byte[] bytes) throws IOException {
    lose(digest);
    Files.write(file(digest), bytes);
  }

  @Override
  protected void lose(Digest digest) throws IOException {
    Files.delete(file(digest));
  }

  @Test
  void keepsObjectsAsReadOnlyFilesNamedByTheirDigestInAFolderOfItsOwn() throws IOException {
    var digest = store.put(random(10));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(digest))))
        .isEqualTo("r--r--r--");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo("rwx------");
    assertThat(root.resolve("unfinished")).isEmptyDirectory();
  }

  @Test
  void deletesWhatACrashLeftAndNothingThatIsBeingWritten() throws IOException {
    var abandoned = Files.write(root.resolve("unfinished/abandoned"), random(10));
    Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    var fresh = Files.write(root.resolve("unfinished/fresh"), random(10));
    var digest = store.put(random(20));

    var reopened = new FilesystemObjectStore(root);

    assertThat(abandoned).doesNotExist();
    assertThat(fresh).exists();
    assertThat(reopened.size(digest)).isEqualTo(20);
  }

  /**
   * A JVM that stores objects without end is killed: what it acknowledged is there, and nothing
   * half is visible.
   */
  @Test
  void losesNoAcknowledgedObjectWhenItsProcessIsKilled(@TempDir Path elsewhere) throws Exception {
    var said = elsewhere.resolve("said");
    var writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                root.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      while (lines(said).size() < 40) {
        assertThat(writer.isAlive()).as(String.join("\n", lines(said))).isTrue();
        Thread.sleep(10);
      }
    } finally {
      writer.destroyForcibly();
      writer.waitFor();
    }
    for (var acknowledged : lines(said)) {
      var digest = Digest.parse(acknowledged);
      assertThat(Digest.sha256(store.bytes(digest, 1 << 20))).isEqualTo(digest);
    }
    try (var files = Files.walk(root.resolve("sha256"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Digest.sha256(file).hex())
            .isEqualTo(file.getParent().getFileName() + file.getFileName().toString());
      }
    }
  }

  /** Stores random objects and says each digest when it is acknowledged. */
  static final class Writer {
    public static void main(String[] arguments) throws IOException {
      var store = new FilesystemObjectStore(Path.of(arguments[0]));
      while (true) {
        System.out.println(store.put(random(200_000)));
      }
    }
  }

  private static List<String> lines(Path said) throws IOException {
    var text = Files.readString(said);
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private Path file(Digest digest) {
    return root.resolve("sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex().substring(2));
  }
}
