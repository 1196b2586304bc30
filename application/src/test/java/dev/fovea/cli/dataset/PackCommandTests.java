package dev.fovea.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.GitFolder;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code push --packs}, {@code explode}, and what a {@code .dvc} file asks for. */
class PackCommandTests {
  private static final String REMOTE =
      "[core]\n    remote = shared\n['remote \"shared\"']\n    url = %s\n";

  @TempDir Path folder;
  private GitFolder git;
  private Path remote;

  @BeforeEach
  void addTwoFiles() throws Exception {
    git = new GitFolder(folder.resolve("work"));
    remote = folder.resolve("remote");
    WorkingCopy.init(git.root);
    Files.writeString(git.root.resolve(".dvc/config"), REMOTE.formatted(remote));
    var data = Files.createDirectories(git.root.resolve("d"));
    Files.writeString(data.resolve("1"), "one");
    Files.writeString(data.resolve("2"), "two");
    assertThat(git.fovea("dataset", "add", "d").exitCode()).isZero();
  }

  private long count(String folder) throws IOException {
    var root = remote.resolve(folder);
    if (!Files.isDirectory(root)) {
      return 0;
    }
    try (var files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void pushesInPacksAndExplodesThem() throws Exception {
    assertThat(git.fovea("dataset", "push", "--packs").text()).startsWith("3 files, ");
    assertThat(count("files/md5")).isZero();
    assertThat(count("fovea/packs")).isEqualTo(3);
    assertThat(git.fovea("dataset", "push", "--packs").text())
        .startsWith("everything is there already");
    assertThat(git.fovea("dataset", "verify", "--bytes").exitCode()).isZero();

    assertThat(git.fovea("dataset", "explode").text())
        .startsWith("2 files, ")
        .contains("and 1 folders are loose now; 0 files of packs removed");
    assertThat(count("files/md5")).isEqualTo(3);
    assertThat(git.fovea("dataset", "explode", "--grace", "0").text())
        .startsWith("0 files, ")
        .contains("3 files of packs removed");
    assertThat(count("fovea/packs")).isZero();
    assertThat(git.fovea("dataset", "push").text()).startsWith("everything is there already");
    assertThat(git.fovea("dataset", "explode", "--grace=-1").text())
        .contains("--grace: -1 days (expected: 0 or more)");
  }

  @Test
  void goesByWhatTheDvcFileAsksFor() throws Exception {
    var file = git.root.resolve("d.dvc");
    Files.writeString(file, Files.readString(file) + "meta:\n  fovea:\n    push: packs\n");
    assertThat(git.fovea("dataset", "push").exitCode()).isZero();
    assertThat(count("files/md5")).isZero();
    assertThat(git.fovea("dataset", "push", "--no-packs").text()).startsWith("3 files, ");
    assertThat(count("files/md5")).isEqualTo(3);

    Files.writeString(file, Files.readString(file).replace("push: packs", "push: pakcs"));
    var refused = git.fovea("dataset", "push");
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.text()).contains("push: 'pakcs' (expected: packs or loose)");
  }

  /** Nothing that is left out of a push is called gone. */
  @Test
  void tellsOfAFolderThatLacksFiles() throws Exception {
    Files.writeString(git.root.resolve("d/large"), "x".repeat((1 << 20) + 1));
    assertThat(git.fovea("dataset", "add", "d").exitCode()).isZero();
    assertThat(git.fovea("dataset", "push", "--packs").exitCode()).isZero();
    try (var files = Files.walk(remote.resolve("files"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    var exploded = git.fovea("dataset", "explode");
    assertThat(exploded.exitCode()).isEqualTo(1);
    assertThat(exploded.text()).contains("note: ").contains(".dir lacks 1 files");
  }
}
