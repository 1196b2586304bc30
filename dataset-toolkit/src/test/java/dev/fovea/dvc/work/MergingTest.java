package dev.fovea.dvc.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Md5;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergingTest {
  @TempDir Path folder;
  private Desk desk;
  private Path base;
  private Path ours;
  private Path theirs;

  @BeforeEach
  void begin() throws IOException {
    desk = Desk.in(folder);
    base = folder.resolve("base");
    ours = folder.resolve("ours");
    theirs = folder.resolve("theirs");
  }

  /** Adds a folder of these files, and keeps its .dvc file at the given place. */
  private void version(Path place, Map<String, String> files) throws IOException {
    var data = desk.root.resolve("data");
    if (Files.exists(data)) {
      try (var all = Files.walk(data)) {
        for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    Files.createDirectories(data);
    for (var file : files.entrySet()) {
      desk.write("data/" + file.getKey(), file.getValue());
    }
    desk.add("data");
    Files.copy(desk.root.resolve("data.dvc"), place);
  }

  private Merging.Merged merge(FileMerge files) throws IOException {
    return new Merging(desk.copy, files).merge(base, ours, theirs);
  }

  private Map<String, String> result() throws IOException {
    Files.copy(
        ours, desk.root.resolve("data.dvc"), StandardCopyOption.REPLACE_EXISTING);
    for (var tracked : desk.copy.tracked()) {
      new Checkout(desk.copy, Progress.NONE, true).checkout(tracked);
    }
    return desk.files("data");
  }

  @Test
  void takesWhatEachSideDid() throws Exception {
    version(base, Map.of("a", "1", "b", "1", "gone", "1", "c", "1"));
    version(ours, Map.of("a", "2", "b", "1", "c", "1", "mine", "m"));
    version(theirs, Map.of("a", "1", "b", "22", "gone", "1", "yours", "yyy"));
    var merged = merge(FileMerge.NONE);
    assertThat(merged.conflicts()).isEmpty();
    var file = DvcFile.parse(Files.readString(ours));
    assertThat(file.directory()).isEqualTo(merged.name());
    assertThat(Files.readString(ours)).contains("size: 7", "nfiles: 4");
    assertThat(result()).isEqualTo(Map.of("a", "2", "b", "22", "mine", "m", "yours", "yyy"));
  }

  @Test
  void agreesThatWhatBothDeletedIsGone() throws IOException {
    version(base, Map.of("x", "1", "a", "1"));
    version(ours, Map.of("a", "1", "b", "2"));
    version(theirs, Map.of("a", "1", "c", "3"));
    assertThat(merge(FileMerge.NONE).conflicts()).isEmpty();
    assertThat(result()).containsOnlyKeys("a", "b", "c");
  }

  @Test
  void keepsOursAndSaysWhatBothChangedOrOneDeleted() throws IOException {
    version(base, Map.of("a", "1", "b", "1", "c", "1"));
    version(ours, Map.of("a", "2", "c", "2"));
    version(theirs, Map.of("a", "3", "b", "3", "new", "n"));
    assertThat(merge(FileMerge.NONE).conflicts())
        .containsExactly(
            "a: both sides changed it",
            "b: ours deleted it, theirs changed it",
            "c: theirs deleted it, ours changed it");
    assertThat(result()).isEqualTo(Map.of("a", "2", "c", "2", "new", "n"));
  }

  @Test
  void keepsWhatAFileMergeMakesAndItsConflicts() throws IOException {
    version(base, Map.of("a", "1", "b", "1"));
    version(ours, Map.of("a", "12", "b", "2"));
    version(theirs, Map.of("a", "13", "b", "1"));
    var merged =
        merge(
            (path, before, mine, others) ->
                new FileMerge.Merged(
                    (new String(mine.read(path).orElseThrow(), UTF_8)
                            + new String(others.read(path).orElseThrow(), UTF_8))
                        .getBytes(UTF_8),
                    List.of("one thing")));
    assertThat(merged.conflicts()).containsExactly("a: one thing");
    assertThat(merged.looked()).isEqualTo(1);
    assertThat(result()).isEqualTo(Map.of("a", "1213", "b", "2"));
  }

  @Test
  void mergesFoldersWithoutACommonVersion() throws IOException {
    Files.createFile(base);
    version(ours, Map.of("a", "1", "b", "1"));
    version(theirs, Map.of("a", "1", "c", "1"));
    assertThat(merge(FileMerge.NONE).conflicts()).isEmpty();
    assertThat(result()).containsOnlyKeys("a", "b", "c");
  }

  @Test
  void refusesAFolderWhereAFileIsOnTheOtherSide() throws IOException {
    version(base, Map.of("a", "1"));
    version(ours, Map.of("a", "1", "x", "file"));
    version(theirs, Map.of("a", "1", "x/y", "inside"));
    var before = Files.readString(ours);
    assertThat(merge(FileMerge.NONE).conflicts())
        .singleElement()
        .asString()
        .contains("'x' as a file and as a folder");
    assertThat(Files.readString(ours)).isEqualTo(before);
  }

  @Test
  void takesOtherFieldsOfTheSideThatChangedThem() throws IOException {
    version(base, Map.of("a", "1"));
    version(ours, Map.of("a", "2"));
    version(theirs, Map.of("a", "1", "b", "1"));
    Files.writeString(theirs, "desc: of Monday\n" + Files.readString(theirs));
    assertThat(merge(FileMerge.NONE).conflicts()).isEmpty();
    assertThat(Files.readString(ours)).contains("desc: of Monday", "nfiles: 2");

    Files.writeString(base, Files.readString(ours).replace("Monday", "Sunday"));
    Files.writeString(theirs, Files.readString(ours).replace("Monday", "Friday"));
    assertThat(merge(FileMerge.NONE).conflicts())
        .containsExactly(
            "the .dvc file: ours says {desc=of Monday}, theirs {desc=of Friday}");
  }

  @Test
  void leavesOursAsItIsWhereTheCacheLacksAnObject() throws Exception {
    version(base, Map.of("a", "1"));
    version(ours, Map.of("a", "2"));
    version(theirs, Map.of("a", "1", "b", "1"));
    var name = DvcFile.parse(Files.readString(theirs)).directory();
    Files.delete(
        desk.root
            .resolve(".dvc/cache/files/md5")
            .resolve(name.substring(0, 2))
            .resolve(name.substring(2)));
    var before = Files.readString(ours);
    assertThatThrownBy(() -> merge(FileMerge.NONE))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("which the merge needs, is not in the cache");
    assertThat(Files.readString(ours)).isEqualTo(before);
  }

  @Test
  void writesNoSizeThatItDoesNotKnow() throws IOException {
    version(base, Map.of("a", "1"));
    version(ours, Map.of("a", "2"));
    version(theirs, Map.of("a", "1", "b", "never fetched"));
    Files.delete(
        desk.root.resolve(".dvc/cache/files/md5/" + object("never fetched")));
    assertThat(merge(FileMerge.NONE).conflicts()).isEmpty();
    assertThat(Files.readString(ours)).doesNotContain("size").contains("nfiles: 2");
  }

  private static String object(String text) {
    var md5 = Md5.hex(text.getBytes(UTF_8));
    return md5.substring(0, 2) + "/" + md5.substring(2);
  }

  @Test
  void refusesAFileThatIsNoDvcFile() throws IOException {
    version(base, Map.of("a", "1"));
    version(theirs, Map.of("a", "3"));
    Files.writeString(ours, "<<<<<<< HEAD\nouts:\n");
    assertThatThrownBy(() -> merge(FileMerge.NONE)).isInstanceOf(WorkProblem.class);
  }
}
