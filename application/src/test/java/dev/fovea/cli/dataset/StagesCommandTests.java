package dev.fovea.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.GitFolder;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Folders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a repository whose data stages of a {@code dvc.yaml} made. */
class StagesCommandTests {
  @TempDir Path folder;

  private static String entry(String path, String text) {
    return "      - {path: %s, hash: md5, md5: %s, size: %d}\n"
        .formatted(path, Md5.hex(text.getBytes(StandardCharsets.UTF_8)), text.length());
  }

  private static void keep(Path root, String text) throws Exception {
    var md5 = Md5.hex(text.getBytes(StandardCharsets.UTF_8));
    var object =
        root.resolve(".dvc/cache/files/md5").resolve(md5.substring(0, 2)).resolve(md5.substring(2));
    Files.createDirectories(object.getParent());
    Files.writeString(object, text);
  }

  private static boolean has(Path remote, String text) {
    var md5 = Md5.hex(text.getBytes(StandardCharsets.UTF_8));
    return Files.exists(
        remote.resolve("files/md5").resolve(md5.substring(0, 2)).resolve(md5.substring(2)));
  }

  @Test
  void shareEachOutputWhereItBelongsAndSayWhatTheyLeaveAlone() throws Exception {
    var git = new GitFolder(folder);
    WorkingCopy.init(git.root);
    git.write(
        ".dvc/config",
        """
        [core]
            remote = main
        ['remote "main"']
            url = ../../main
        ['remote "other"']
            url = ../../other
        """);
    git.write(
        "dvc.yaml",
        """
        stages:
          s:
            cmd: x
            outs:
            - a
            - b: {remote: other}
            - c: {push: false}
          t:
            cmd: x
            wdir: ${where}
            outs: [d]
        """);
    git.write(
        "dvc.lock",
        "schema: '2.0'\nstages:\n  s:\n      cmd: x\n      outs:\n%s%s%s  t:\n      cmd: x\n      outs:\n%s"
            .formatted(entry("a", "aa"), entry("b", "bb"), entry("c", "cc"), entry("d", "dd")));
    for (var text : new String[] {"aa", "bb", "cc"}) {
      keep(git.root, text);
    }

    assertThat(git.fovea("dataset", "checkout").text())
        .contains("a: 1 written")
        .contains("note: the stage t of dvc.yaml runs in a folder that is not resolved here");
    assertThat(git.fovea("dataset", "push").text())
        .contains("1 files, 2 B sent to " + folder.toRealPath().resolve("main"))
        .contains("1 files, 2 B sent to " + folder.toRealPath().resolve("other"));
    assertThat(has(folder.resolve("main"), "aa")).isTrue();
    assertThat(has(folder.resolve("main"), "bb")).isFalse();
    assertThat(has(folder.resolve("other"), "bb")).isTrue();
    assertThat(has(folder.resolve("main"), "cc")).isFalse();
    assertThat(git.fovea("dataset", "verify", "--bytes").text()).contains("2 objects are there");

    for (var each : new String[] {"a", "b", "c"}) {
      Files.delete(git.root.resolve(each));
    }
    Folders.remove(git.root.resolve(".dvc/cache"));
    var pulled = git.fovea("dataset", "pull");
    assertThat(pulled.exitCode()).as(pulled.text()).isZero();
    assertThat(pulled.text()).contains("note: c is not shared: it says push: false");
    assertThat(git.root.resolve("a")).hasContent("aa");
    assertThat(git.root.resolve("b")).hasContent("bb");
    assertThat(git.fovea("dataset", "status").text())
        .contains("unchanged, made by the stage s")
        .contains("missing, not in the cache, made by the stage s");
    assertThat(git.fovea("dataset", "add", "a").text())
        .contains("a overlaps with a, which the stage s of a dvc.yaml makes")
        .contains("dvc repro");
  }
}
