package dev.fovea.dvc.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.WorkProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders on disk that are merged. */
class DiskMergeTest {
  @TempDir Path folder;

  private Path side(String name, Map<String, String> files) throws IOException {
    var side = Files.createDirectories(folder.resolve(name));
    for (var each : files.entrySet()) {
      var file = side.resolve(each.getKey());
      Files.createDirectories(AtomicFiles.parent(file));
      Files.writeString(file, each.getValue());
    }
    return side;
  }

  private List<String> merge(
      Map<String, String> base, Map<String, String> ours, Map<String, String> theirs)
      throws IOException {
    return new DiskMerge(FileMerge.NONE)
        .merge(
            side("base", base), side("ours", ours), side("theirs", theirs), folder.resolve("out"));
  }

  private TreeMap<String, String> files(String name) throws IOException {
    var files = new TreeMap<String, String>();
    var side = folder.resolve(name);
    try (var all = Files.walk(side)) {
      for (var each : all.filter(Files::isRegularFile).toList()) {
        files.put(side.relativize(each).toString().replace('\\', '/'), Files.readString(each));
      }
    }
    return files;
  }

  private List<Path> empty(String name) throws IOException {
    var empty = new ArrayList<Path>();
    try (var all = Files.walk(folder.resolve(name))) {
      for (var each : all.filter(Files::isDirectory).toList()) {
        try (var children = Files.list(each)) {
          if (children.findAny().isEmpty()) {
            empty.add(each);
          }
        }
      }
    }
    return empty;
  }

  // What each side did to a file, and what there is then: a letter is its content, - is none.
  private static String merged(String base, String ours, String theirs) {
    return ours.equals(theirs) || theirs.equals(base) ? ours : ours.equals(base) ? theirs : ours;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void takesOfEachFileWhatASideChanged(long seed) throws IOException {
    var random = new Random(seed);
    var base = new TreeMap<String, String>();
    var ours = new TreeMap<String, String>();
    var theirs = new TreeMap<String, String>();
    var expected = new TreeMap<String, String>();
    long conflicts = 0;
    for (int i = 0; i < 120; i++) {
      // Contents of their own, so that none is moved.
      var path = "%d/%d/%d.txt".formatted(random.nextInt(6), random.nextInt(6), i);
      var contents = List.of("-", "a" + i, "b" + i, "c" + i);
      var old = contents.get(random.nextInt(4));
      var mine = random.nextBoolean() ? old : contents.get(random.nextInt(4));
      var others = random.nextBoolean() ? old : contents.get(random.nextInt(4));
      var now = merged(old, mine, others);
      conflicts += !mine.equals(old) && !others.equals(old) && !mine.equals(others) ? 1 : 0;
      put(base, path, old);
      put(ours, path, mine);
      put(theirs, path, others);
      put(expected, path, now);
    }
    assertThat(merge(base, ours, theirs)).hasSize((int) conflicts);
    assertThat(files("out")).isEqualTo(expected);
    assertThat(empty("out")).isEmpty();
    assertThat(files("ours")).isEqualTo(ours);
    assertThat(files("base")).isEqualTo(base);
    assertThat(files("theirs")).isEqualTo(theirs);
  }

  private static void put(Map<String, String> side, String path, String content) {
    if (!content.equals("-")) {
      side.put(path, content);
    }
  }

  @Test
  void putsAFolderInThePlaceOfAFileAndAFileInThatOfAFolder() throws IOException {
    var before = Map.of("a", "1", "b/c/d", "2", "e", "3");
    assertThat(merge(before, before, Map.of("a/x/y", "4", "b", "5", "e", "3"))).isEmpty();
    assertThat(files("out")).isEqualTo(Map.of("a/x/y", "4", "b", "5", "e", "3"));
  }

  @Test
  void keepsEmptyFilesAndLargeOnes() throws IOException {
    var large = "0123456789abcdef".repeat(200_000);
    var before = Map.of("empty", "", "large", large, "x", "1");
    assertThat(merge(before, Map.of("empty", "", "large", large, "x", "2"), before)).isEmpty();
    assertThat(files("out")).isEqualTo(Map.of("empty", "", "large", large, "x", "2"));
  }

  @Test
  void isNotThereWhereItFails() throws IOException {
    side("theirs", Map.of("a", "1"));
    Files.createSymbolicLink(folder.resolve("theirs/link"), folder.resolve("theirs/a"));
    assertThatThrownBy(() -> merge(Map.of("a", "1"), Map.of("a", "1"), Map.of("a", "1")))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("is a link, or no file");
    Files.delete(folder.resolve("theirs/link"));
    // A file of one side where the other has a folder.
    assertThatThrownBy(
            () -> merge(Map.of("a", "1"), Map.of("n", "2"), Map.of("a", "1", "n/m", "3")))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("both sides together");
    try (var all = Files.list(folder)) {
      assertThat(all.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("base", "ours", "theirs");
    }
  }
}
