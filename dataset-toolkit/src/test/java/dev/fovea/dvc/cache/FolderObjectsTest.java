package dev.fovea.dvc.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects of folders that somebody else wrote. */
class FolderObjectsTest {
  private static final long TOO_MANY = (256L << 20) + 1;

  @TempDir Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = Desk.in(folder);
  }

  /** Under the name that its bytes have, in the cache or at the remote. */
  private static String put(Path root, String text) throws IOException {
    var name = Md5.hex(text.getBytes(StandardCharsets.UTF_8)) + ".dir";
    Files.writeString(place(root, name), text);
    return name;
  }

  private static Path place(Path root, String name) throws IOException {
    var folder = root.resolve("files/md5").resolve(name.substring(0, 2));
    return Files.createDirectories(folder).resolve(name.substring(2));
  }

  private DvcDirectory read(String name) throws IOException {
    return FolderObjects.read(desk.copy.cache(), name);
  }

  private Path cacheRoot() {
    return desk.root.resolve(".dvc/cache");
  }

  @Test
  void saysWhatIsNoListOfFiles() throws IOException {
    var name = put(cacheRoot(), "[{\"md5\": 1}]");

    assertThatThrownBy(() -> read(name))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("'md5' is no text");
  }

  @Test
  void saysThatItIsDamagedRatherThanNoList() throws IOException {
    var name = put(cacheRoot(), "[]");
    Files.writeString(cacheRoot().resolve(place(cacheRoot(), name)), "[1");

    assertThatThrownBy(() -> read(name))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("damaged: its bytes have the MD5");
  }

  @Test
  void refusesAnObjectThatIsTooLarge() throws IOException {
    var name = "0".repeat(32) + ".dir";
    for (var root : new Path[] {desk.remoteFolder, cacheRoot()}) {
      try (var file = new RandomAccessFile(place(root, name).toFile(), "rw")) {
        file.setLength(TOO_MANY); // sparse
      }
      assertThatThrownBy(() -> FolderObjects.read(desk.copy.cache(), desk.remote, name))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("is too large")
          .hasMessageContaining("(expected: at most 268435456");
    }
  }

  @Test
  void readsFromTheRemoteWhatTheCacheLacks() throws IOException {
    var name = put(desk.remoteFolder, "[]");

    assertThat(FolderObjects.read(desk.copy.cache(), desk.remote, name).orElseThrow().entries())
        .isEmpty();
    assertThat(FolderObjects.read(desk.copy.cache(), desk.remote, "0".repeat(32) + ".dir"))
        .isEmpty();
  }

  /** Its file would be looked for beside the folder, and removed there. */
  @Test
  void writesNoFileInThePlaceOfAFolder() throws IOException {
    desk.write("data", "a file");
    desk.add("data");
    var tracked = desk.copy.tracked(desk.root.resolve("data"));
    Files.delete(desk.root.resolve("data"));
    desk.write("data/notes.txt", "a file");
    desk.write("notes.txt", "somebody's work");

    assertThatThrownBy(() -> new Checkout(desk.copy, Progress.NONE, true).checkout(tracked))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("is a folder (expected: a file, as data.dvc says)");
    assertThat(desk.root.resolve("notes.txt")).hasContent("somebody's work");
  }
}
