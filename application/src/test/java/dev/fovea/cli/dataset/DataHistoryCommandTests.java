package dev.fovea.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.tree.Adding;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fovea dataset log, diff, import, export}, as processes that are started in a folder. */
class DataHistoryCommandTests {
  @TempDir Path folder;
  private Path root;
  private Git git;

  private record Ended(int exitCode, String out, String err) {}

  @BeforeEach
  void commitTwoVersions() throws Exception {
    root = Files.createDirectories(folder.resolve("work"));
    git = Git.init().setDirectory(root.toFile()).setInitialBranch("main").call();
    WorkingCopy.init(root);
    Files.createDirectories(root.resolve("d"));
    Files.writeString(root.resolve("d/1"), "one");
    commit("first");
    Files.writeString(root.resolve("d/1"), "one and more");
    Files.writeString(root.resolve("d/2"), "two");
    commit("second");
  }

  private void commit(String message) throws IOException, GitAPIException {
    new Adding(WorkingCopy.around(root), Progress.NONE).add(root.resolve("d"));
    git.add().addFilepattern(".").call();
    git.commit().setMessage(message).setAuthor("Ada", "a@b.c").setSign(false).call();
  }

  private Ended run(Path here, String... words) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                "dev.fovea.Fovea",
                "dataset"));
    command.addAll(List.of(words));
    var out = folder.resolve("out");
    var err = folder.resolve("err");
    var builder = new ProcessBuilder(command).directory(here.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("FOVEA_"));
    var process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Its paths may be relative to the folder that the tests run in. */
  private static String classPath() {
    var separator = System.getProperty("path.separator");
    return String.join(
        separator,
        List.of(System.getProperty("java.class.path").split(separator)).stream()
            .map(each -> Path.of(each).toAbsolutePath().toString())
            .toList());
  }

  @Test
  void diffShowsWhichFilesDifferAndFailsWhereAFileCannotBeRead() throws Exception {
    Files.createDirectories(root.resolve("below"));
    var found = run(root.resolve("below"), "diff", "HEAD~1", "HEAD", "../d");
    assertThat(found.err()).isEmpty();
    assertThat(found.exitCode()).isZero();
    assertThat(found.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains("modified d/1 3 B -> 12 B", "added d/2 3 B");

    Files.writeString(root.resolve("e.dvc"), "outs: [");
    git.add().addFilepattern("e.dvc").call();
    git.commit().setMessage("broken").setSign(false).call();
    found = run(root, "diff", "HEAD~2", "HEAD");
    assertThat(found.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(found.out()).contains("d/2");
    assertThat(found.err()).contains("not compared: e.dvc can't be read").contains("line 1");
  }

  @Test
  void logShowsTheCommitsThatChangedData() throws Exception {
    var found = run(root, "log", "d");
    assertThat(found.err()).isEmpty();
    assertThat(found.exitCode()).isZero();
    assertThat(found.out()).containsSubsequence("+1 -0 ~1", "second", "+1 -0 ~0", "first");
    assertThat(run(root, "log", "d", "-n", "1").out()).doesNotContain("first");
  }

  @Test
  void importBringsWhatAnotherRepositoryTracksAndExportTakesItOut() throws Exception {
    var other = Files.createDirectories(folder.resolve("other"));
    WorkingCopy.init(other);
    var found = run(other, "import", "../work", "d", "--rev", "main~1", "-o", "theirs");
    assertThat(found.err()).isEmpty();
    assertThat(found.exitCode()).isZero();
    assertThat(found.out()).startsWith("theirs: 1 files, 3 B, of commit ");
    assertThat(other.resolve("theirs/1")).hasContent("one");
    assertThat(run(other, "status").out()).contains("unchanged, imported");

    found = run(other, "export", "theirs", "../exported");
    assertThat(found.exitCode()).as(found.err()).isZero();
    assertThat(folder.resolve("exported/1")).hasContent("one");
    found = run(other, "export", "theirs", "../exported");
    assertThat(found.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(found.err()).contains("is not empty").contains("--force");
  }

  @Test
  void outsideOfSuchAFolderAServersDatasetIsMeant() throws Exception {
    var found = run(folder, "log", "d", "--server", "http://127.0.0.1:1");
    assertThat(found.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    found = run(folder, "diff", "HEAD~1");
    assertThat(found.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(found.err()).contains("DATASET FROM TO").contains("a folder that tracks data");
  }
}
