package dev.fovea.dvc.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version's files in a folder elsewhere. */
class ExportingTest {
  @TempDir Path folder;
  private Repository repository;
  private Desk desk;
  private Path target;

  @BeforeEach
  void commitAVersionAndChangeIt() throws Exception {
    repository = new Repository(folder.resolve("ours"));
    desk = repository.desk;
    target = folder.resolve("out");
    desk.write("sets/d/1", "one");
    desk.write("sets/d/sub/2", "two");
    desk.write("sets/e", "e");
    repository.commit("first", "sets/d", "sets/e");
    desk.push();
    desk.write("sets/d/1", "changed, and not added");
  }

  private Exporting.Exported export(String path, Optional<String> revision, boolean force)
      throws IOException {
    var importing = new Importing(desk.copy, Map.of(), Progress.NONE);
    return new Exporting(desk.copy, _ -> desk.remote, importing, Progress.NONE)
        .export(Path.of(path), revision, target, force, desk.root);
  }

  private Map<String, String> written() throws IOException {
    var files = new TreeMap<String, String>();
    try (var all = Files.walk(target)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        files.put(target.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }

  private List<String> beside() throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesWhatLiesInTheFolderNow() throws IOException {
    assertThat(export("sets", Optional.empty(), false))
        .isEqualTo(new Exporting.Exported(target, 3, 26));
    assertThat(written())
        .isEqualTo(Map.of("d/1", "changed, and not added", "d/sub/2", "two", "e", "e"));
    assertThat(beside()).containsExactly("ours", "out");
  }

  @Test
  void writesACommitWhoseObjectsTheCacheLacks() throws IOException {
    try (var files = Files.walk(desk.root.resolve(".dvc/cache/files"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    export(".", Optional.of("HEAD"), false);
    assertThat(written())
        .isEqualTo(Map.of("sets/d/1", "one", "sets/d/sub/2", "two", "sets/e", "e"));
    assertThat(desk.root.resolve("sets/d/1")).hasContent("changed, and not added");
  }

  @Test
  void writesAPartOfAFolderAndASingleFile() throws IOException {
    export("sets/d/sub", Optional.of("HEAD"), false);
    assertThat(written()).isEqualTo(Map.of("2", "two"));
    export("sets/e.dvc", Optional.empty(), true);
    assertThat(written()).isEqualTo(Map.of("e", "e"));
    export("sets/d/1", Optional.of("HEAD"), true);
    assertThat(written()).isEqualTo(Map.of("1", "one"));
  }

  @Test
  void losesNothingUnlessTold() throws IOException {
    Files.createDirectories(target);
    export("sets/e", Optional.empty(), false);
    assertThatThrownBy(() -> export("sets/d", Optional.empty(), false))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("is not empty");
    assertThat(written()).isEqualTo(Map.of("e", "e"));
    export("sets/d", Optional.of("HEAD"), true);
    assertThat(written()).isEqualTo(Map.of("1", "one", "sub/2", "two"));
    assertThat(beside()).containsExactly("ours", "out");
  }

  @Test
  void leavesTheTargetAloneWhereAnObjectIsDamaged() throws IOException {
    var md5 = dev.fovea.dvc.Md5.hex("two".getBytes(StandardCharsets.UTF_8));
    var object = desk.copy.cache().directory(md5);
    Files.delete(object);
    Files.writeString(object, "2wo");
    export("sets/e", Optional.empty(), false);
    assertThatThrownBy(() -> export("sets/d", Optional.of("HEAD"), true))
        .hasMessageContaining("for 'sub/2', has the MD5")
        .hasMessageContaining("expected: " + md5);
    assertThat(written()).isEqualTo(Map.of("e", "e"));
    assertThat(beside()).containsExactly("ours", "out");
  }

  @Test
  void refusesTargetsThatAreNoFolderOfTheirOwn() throws IOException {
    for (var inside : List.of(desk.root.resolve("x"), desk.root, folder.resolve("ours"), folder)) {
      target = inside;
      assertThatThrownBy(() -> export("sets", Optional.empty(), true))
          .as(inside.toString())
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("the repository");
    }
    target = Files.createSymbolicLink(folder.resolve("link"), desk.root);
    assertThatThrownBy(() -> export("sets", Optional.empty(), true))
        .hasMessageContaining("is no folder");
    target = folder.resolve("no/such");
    assertThatThrownBy(() -> export("sets", Optional.empty(), true))
        .hasMessageContaining("there is no folder");
    target = folder.resolve("new");
    assertThatThrownBy(() -> export("sets/no", Optional.of("HEAD"), false))
        .hasMessageContaining("nothing is tracked at 'sets/no' in HEAD");
    assertThatThrownBy(() -> export("../..", Optional.empty(), false))
        .hasMessageContaining("is not in the repository");
    assertThat(target).doesNotExist();
  }
}
