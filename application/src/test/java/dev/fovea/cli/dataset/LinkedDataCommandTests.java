package dev.fovea.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.GitFolder;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cache.type}, {@code unprotect}, {@code checkout --relink} and {@code gc --cache}. */
class LinkedDataCommandTests {
  @TempDir Path folder;

  private static void age(Path cache) throws IOException {
    try (var files = Files.walk(cache)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
      }
    }
  }

  @Test
  void linksSaysWhatWroteIntoTheCacheAndCleansIt() throws Exception {
    var git = new GitFolder(folder);
    WorkingCopy.init(git.root);
    Files.writeString(git.root.resolve(".dvc/config"), "[cache]\n    type = hardlink\n");
    var file = Files.createDirectories(git.root.resolve("d")).resolve("1");
    Files.writeString(file, "one");
    assertThat(git.fovea("dataset", "add", "d").exitCode()).isZero();
    assertThat((int) Files.getAttribute(file, "unix:nlink")).isEqualTo(2);
    file.toFile().setWritable(true);
    Files.writeString(file, "written");

    assertThat(git.fovea("dataset", "status").text())
        .contains("modified, 1 files wrote into the cache: fovea dataset unprotect d");
    assertThat(git.fovea("dataset", "add", "d").text()).contains("run: fovea dataset unprotect d");
    assertThat(git.fovea("dataset", "unprotect", "d").text())
        .contains("d: 1 files are their own now")
        .contains("the object f97c5d29941bfb1b2fdab0874906ab82 had been written to");
    assertThat(git.fovea("dataset", "add", "d").exitCode()).isZero();
    git.git("add", ".");
    git.git("commit", "-q", "-m", "data");
    Files.writeString(git.root.resolve(".dvc/config"), "[cache]\n    type = copy\n");
    assertThat(git.fovea("dataset", "checkout", "--relink").text())
        .contains("d: 0 written, 0 removed, 1 linked anew");
    age(git.root.resolve(".dvc/cache"));

    assertThat(git.fovea("dataset", "gc", "--cache").text())
        .startsWith("would remove 1 objects")
        .contains("2 that are needed stay")
        .contains("next: repeat with --yes");
    assertThat(git.fovea("dataset", "gc", "--cache", "--yes").text())
        .startsWith("removed 1 objects");
    assertThat(git.fovea("dataset", "gc", "--sole").text()).contains("give --cache");
    assertThat(file).hasContent("written");
  }
}
