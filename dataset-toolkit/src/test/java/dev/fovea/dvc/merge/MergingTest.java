package dev.fovea.dvc.merge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergingTest {
  @TempDir Path folder;
  private Desk desk;

  @BeforeEach
  void begin() throws IOException {
    desk = Desk.in(folder);
  }

  /** The .dvc file of a folder of these files. */
  private String version(Map<String, String> files) throws IOException {
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
    return Files.readString(desk.root.resolve("data.dvc"));
  }

  private Merging.Merged merge(FileMerge files, String base, String ours, String theirs)
      throws IOException {
    return new Merging(desk.copy, Optional::empty, files).merge(base, ours, theirs);
  }

  private Merging.Merged merge(
      Map<String, String> base, Map<String, String> ours, Map<String, String> theirs)
      throws IOException {
    return merge(FileMerge.NONE, version(base), version(ours), version(theirs));
  }

  private Map<String, String> files(String text) throws IOException {
    Files.writeString(desk.root.resolve("data.dvc"), text);
    for (var tracked : desk.copy.tracked()) {
      new Checkout(desk.copy, Progress.NONE, true).checkout(tracked);
    }
    return desk.files("data");
  }

  /** One of the two versions between the markers, with what is around them. */
  private static String part(String text, boolean ours) {
    var kept = new StringBuilder();
    boolean mine = true;
    boolean others = true;
    for (var line : text.lines().toList()) {
      switch (line) {
        case "<<<<<<< ours" -> others = false;
        case "=======" -> {
          mine = false;
          others = true;
        }
        case ">>>>>>> theirs" -> mine = true;
        default -> kept.append(ours && mine || !ours && others ? line + "\n" : "");
      }
    }
    return kept.toString();
  }

  private static String object(String text) {
    var md5 = Md5.hex(text.getBytes(UTF_8));
    return md5.substring(0, 2) + "/" + md5.substring(2);
  }

  @Nested
  class Settled {
    @Test
    void takesWhatEachSideDid() throws Exception {
      var merged =
          merge(
              Map.of("a", "1", "b", "1", "gone", "1", "c", "1"),
              Map.of("a", "2", "b", "1", "c", "1", "mine", "m"),
              Map.of("a", "1", "b", "22", "gone", "1", "c", "1", "yours", "yyy"));
      assertThat(merged.conflicts()).isEmpty();
      assertThat(merged.text()).contains("size: 8", "nfiles: 5");
      assertThat(files(merged.text()))
          .isEqualTo(Map.of("a", "2", "b", "22", "c", "1", "mine", "m", "yours", "yyy"));
    }

    @Test
    void agreesThatWhatBothDeletedIsGone() throws IOException {
      var merged =
          merge(Map.of("x", "1", "a", "2"), Map.of("a", "2", "b", "3"), Map.of("a", "2", "c", "4"));
      assertThat(merged.conflicts()).isEmpty();
      assertThat(files(merged.text())).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void mergesFoldersWithoutACommonVersion() throws IOException {
      var ours = version(Map.of("a", "1", "b", "1"));
      var theirs = version(Map.of("a", "1", "c", "1"));
      var merged = merge(FileMerge.NONE, "", ours, theirs);
      assertThat(merged.conflicts()).isEmpty();
      assertThat(files(merged.text())).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void keepsWhatAFileMergeMakes() throws IOException {
      FileMerge joined =
          (path, _, mine, others) ->
              new FileMerge.Merged(
                  (new String(mine.read(path).orElseThrow(), UTF_8)
                          + new String(others.read(path).orElseThrow(), UTF_8))
                      .getBytes(UTF_8),
                  List.of());
      var merged =
          merge(
              joined,
              version(Map.of("a", "1", "b", "1")),
              version(Map.of("a", "12", "b", "2")),
              version(Map.of("a", "13", "b", "1")));
      assertThat(merged.conflicts()).isEmpty();
      assertThat(merged.looked()).isEqualTo(1);
      assertThat(files(merged.text())).isEqualTo(Map.of("a", "1213", "b", "2"));
    }

    @Test
    void takesOtherFieldsOfTheSideThatChangedThem() throws IOException {
      var merged =
          merge(
              FileMerge.NONE,
              version(Map.of("a", "1")),
              version(Map.of("a", "2")),
              "desc: of Monday\n" + version(Map.of("a", "1", "b", "1")));
      assertThat(merged.conflicts()).isEmpty();
      assertThat(merged.text()).contains("desc: of Monday", "nfiles: 2");
    }

    @Test
    void mergesAFolderThatOneSideRenamed() throws IOException {
      var base = version(Map.of("a", "1"));
      var ours = version(Map.of("a", "1", "mine", "m"));
      var theirs = version(Map.of("a", "1", "yours", "y")).replace("path: data", "path: moved");
      var merged = merge(FileMerge.NONE, base, ours, theirs);
      assertThat(merged.conflicts()).isEmpty();
      assertThat(merged.text()).contains("path: moved", "nfiles: 3");
    }

    @Test
    void writesNoSizeThatItDoesNotKnow() throws IOException {
      var base = version(Map.of("a", "1"));
      var ours = version(Map.of("a", "2"));
      var theirs = version(Map.of("a", "1", "b", "never fetched"));
      Files.delete(desk.root.resolve(".dvc/cache/files/md5/" + object("never fetched")));
      var merged = merge(FileMerge.NONE, base, ours, theirs);
      assertThat(merged.conflicts()).isEmpty();
      assertThat(merged.text()).doesNotContain("size").contains("nfiles: 2");
    }
  }

  @Nested
  class Moves {
    @Test
    void areFollowedWithWhatTheOtherSideChanged() throws IOException {
      var base = Map.of("train/f", "1", "a", "2");
      var moved = Map.of("val/f", "1", "a", "2");
      var changed = Map.of("train/f", "changed", "a", "2");
      for (var merged : List.of(merge(base, moved, changed), merge(base, changed, moved))) {
        assertThat(merged.conflicts()).isEmpty();
        assertThat(files(merged.text())).isEqualTo(Map.of("val/f", "changed", "a", "2"));
      }
    }

    @Test
    void ofBothSidesAreTakenOnce() throws IOException {
      var merged =
          merge(Map.of("f", "1"), Map.of("x/f", "1", "m", "m"), Map.of("x/f", "1", "y", "y"));
      assertThat(merged.conflicts()).isEmpty();
      assertThat(files(merged.text())).containsOnlyKeys("x/f", "m", "y");
    }

    @Test
    void areNotGuessedOfAnotherName() throws IOException {
      var merged =
          merge(
              Map.of("labels/a.txt", "0 1"),
              Map.of("labels/z.txt", "0 1"),
              Map.of("labels/a.txt", "0 1 2"));
      assertThat(merged.conflicts())
          .containsExactly("labels/a.txt: ours deleted it, theirs changed it");
      assertThat(files(part(merged.text(), false)))
          .isEqualTo(Map.of("labels/a.txt", "0 1 2", "labels/z.txt", "0 1"));
    }

    @Test
    void ofOneFileToTwoPlacesAreReported() throws IOException {
      var merged =
          merge(
              Map.of("cat/a.jpg", "1", "z", "z"),
              Map.of("dog/a.jpg", "1", "z", "z"),
              Map.of("bird/a.jpg", "1", "z", "z"));
      assertThat(merged.conflicts())
          .containsExactly("cat/a.jpg: ours moved it to dog/a.jpg, theirs to bird/a.jpg");
      assertThat(files(part(merged.text(), true))).containsOnlyKeys("dog/a.jpg", "z");
      assertThat(files(part(merged.text(), false))).containsOnlyKeys("bird/a.jpg", "z");
    }

    @Test
    void ofWhatTheOtherSideDeletedAreReported() throws IOException {
      var base = Map.of("f", "1", "z", "z");
      var moved = Map.of("x/f", "1", "z", "z");
      var merged = merge(base, moved, Map.of("z", "z"));
      assertThat(merged.conflicts()).containsExactly("f: ours moved it to x/f, theirs deleted it");
      assertThat(files(part(merged.text(), true))).containsOnlyKeys("x/f", "z");
      assertThat(files(part(merged.text(), false))).containsOnlyKeys("z");
      assertThat(merge(base, Map.of("z", "z"), moved).conflicts())
          .containsExactly("f: ours deleted it, theirs moved it to x/f");
    }

    @Test
    void areNotGuessedWhereSeveralFilesAreAlike() throws IOException {
      var merged =
          merge(
              Map.of("a/f", "", "b/f", ""),
              Map.of("c/f", "", "d/f", ""),
              Map.of("a/f", "", "b/f", "", "e", ""));
      assertThat(merged.conflicts()).isEmpty();
      assertThat(files(merged.text())).containsOnlyKeys("c/f", "d/f", "e");
    }
  }

  @Nested
  class InConflict {
    @Test
    void givesBothVersionsWithAllElseOfBothSides() throws IOException {
      var merged =
          merge(
              Map.of("a", "1", "b", "2", "c", "3"),
              Map.of("a", "12", "c", "32", "mine", "m"),
              Map.of("a", "13", "b", "23", "new", "n"));
      assertThat(merged.conflicts())
          .containsExactly(
              "a: both sides changed it",
              "b: ours deleted it, theirs changed it",
              "c: ours changed it, theirs deleted it");
      assertThatThrownBy(() -> DvcFile.parse(merged.text())).hasMessageContaining("not YAML");
      Files.writeString(desk.root.resolve("data.dvc"), merged.text());
      assertThatThrownBy(() -> desk.add("data"))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("holds both sides of a merge");
      assertThat(files(part(merged.text(), true)))
          .isEqualTo(Map.of("a", "12", "c", "32", "mine", "m", "new", "n"));
      assertThat(files(part(merged.text(), false)))
          .isEqualTo(Map.of("a", "13", "b", "23", "mine", "m", "new", "n"));
    }

    @Test
    void isNotSettledWhereBothVersionsAreOneText() throws IOException {
      FileMerge both = (_, _, _, _) -> new FileMerge.Merged(new byte[0], List.of("one thing"));
      var merged =
          merge(
              both,
              version(Map.of("a", "1")),
              version(Map.of("a", "2")),
              version(Map.of("a", "3")));
      assertThat(merged.conflicts()).containsExactly("a: one thing");
      assertThat(merged.text()).contains("<<<<<<< ours\n", ">>>>>>> theirs\n");
    }

    @Test
    void keepsTheSidesApartWhereTheyAreNoFolderTogether() throws IOException {
      var ours = version(Map.of("a", "1", "x", "file"));
      var theirs = version(Map.of("a", "1", "x/y", "inside"));
      var merged = merge(FileMerge.NONE, version(Map.of("a", "1")), ours, theirs);
      assertThat(merged.conflicts())
          .singleElement()
          .asString()
          .contains("'x' as a file and as a folder");
      assertThat(part(merged.text(), true)).isEqualTo(ours);
      assertThat(part(merged.text(), false)).isEqualTo(theirs);
    }

    @Test
    void namesOtherFieldsThatBothChanged() throws IOException {
      var text = version(Map.of("a", "1"));
      assertThat(
              merge(FileMerge.NONE, text, "desc: of Sunday\n" + text, "desc: of Friday\n" + text)
                  .conflicts())
          .containsExactly("the .dvc file: ours says {desc=of Sunday}, theirs {desc=of Friday}");
    }

    @Test
    void looksIntoNoFileThatIsTooLarge() throws IOException {
      var large = "x".repeat((64 << 20) + 1);
      FileMerge reading =
          (path, _, mine, _) -> new FileMerge.Merged(mine.read(path).orElseThrow(), List.of());
      var merged =
          merge(
              reading,
              version(Map.of("a", "1")),
              version(Map.of("a", large)),
              version(Map.of("a", "3")));
      assertThat(merged.conflicts())
          .containsExactly(
              "a: both sides changed it, and one has more than 67108864 bytes (expected: at most so"
                  + " many)");
    }
  }

  @Nested
  class Objects {
    private void remove(String name) throws IOException {
      Files.delete(
          desk.root
              .resolve(".dvc/cache/files/md5")
              .resolve(name.substring(0, 2))
              .resolve(name.substring(2)));
    }

    @Test
    void saysWhatTheCacheLacks() throws Exception {
      var base = version(Map.of("a", "1"));
      var ours = version(Map.of("a", "2"));
      var theirs = version(Map.of("a", "1", "b", "1"));
      remove(DvcFile.parse(theirs).directory());
      assertThatThrownBy(() -> merge(FileMerge.NONE, base, ours, theirs))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("is not in the cache, and no remote is the default");
    }

    @Test
    void readsFromTheRemoteWhatTheCacheLacks() throws Exception {
      var base = version(Map.of("a", "1"));
      var ours = version(Map.of("a", "12"));
      var theirs = version(Map.of("a", "13", "b", "1"));
      desk.push();
      remove(DvcFile.parse(theirs).directory());
      remove(Md5.hex("13".getBytes(UTF_8)));
      FileMerge longer =
          (path, _, _, others) -> new FileMerge.Merged(others.read(path).orElseThrow(), List.of());
      var merging = new Merging(desk.copy, () -> Optional.of(desk.remote), longer);
      var merged = merging.merge(base, ours, theirs);
      assertThat(merged.conflicts()).isEmpty();
      assertThat(files(merged.text())).isEqualTo(Map.of("a", "13", "b", "1"));
    }

    @Test
    void refusesDamagedObjectsOfTheRemote() throws Exception {
      var base = version(Map.of("a", "1"));
      var ours = version(Map.of("a", "12"));
      var theirs = version(Map.of("a", "13"));
      desk.push();
      remove(Md5.hex("13".getBytes(UTF_8)));
      Files.writeString(desk.remoteFolder.resolve("files/md5/" + object("13")), "99");
      FileMerge reading =
          (path, _, _, others) -> new FileMerge.Merged(others.read(path).orElseThrow(), List.of());
      var remote = Optional.<Remote>of(desk.remote);
      assertThatThrownBy(
              () -> new Merging(desk.copy, () -> remote, reading).merge(base, ours, theirs))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("is damaged");
    }

    @Test
    void refusesAFileThatIsNoDvcFile() throws IOException {
      var base = version(Map.of("a", "1"));
      assertThatThrownBy(() -> merge(FileMerge.NONE, base, "<<<<<<< HEAD\nouts:\n", base))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("the .dvc file of our side");
    }
  }

  private static Map<String, String> edited(Random random, Map<String, String> base, String mark) {
    var side = new TreeMap<>(base);
    for (var path : base.keySet()) {
      switch (random.nextInt(8)) {
        case 0 -> side.remove(path);
        case 1 -> side.put(path, base.get(path) + mark);
        case 2 -> side.put(mark + "/" + path, Optional.ofNullable(side.remove(path)).orElseThrow());
        default -> {}
      }
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      side.put("new" + mark + i, mark + i);
    }
    return side;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void losesNothingOfOneSideAndIsTheSameTurned(long seed) throws IOException {
    var random = new Random(seed);
    var base = new TreeMap<String, String>();
    for (int i = 0; i < 40; i++) {
      base.put("f" + i, "content " + i);
    }
    var ours = edited(random, base, "-m");
    var theirs = edited(random, base, "-y");
    var texts = List.of(version(base), version(ours), version(theirs));
    var merged = merge(FileMerge.NONE, texts.get(0), texts.get(1), texts.get(2));
    var turned = merge(FileMerge.NONE, texts.get(0), texts.get(2), texts.get(1));
    assertThat(turned.conflicts()).hasSameSizeAs(merged.conflicts());
    boolean settled = merged.conflicts().isEmpty();
    var asOurs = files(settled ? merged.text() : part(merged.text(), true));
    var asTheirs = files(settled ? merged.text() : part(merged.text(), false));
    assertThat(files(settled ? turned.text() : part(turned.text(), true))).isEqualTo(asTheirs);
    assertThat(files(settled ? turned.text() : part(turned.text(), false))).isEqualTo(asOurs);

    for (var path : base.keySet()) {
      var mine = ours.getOrDefault(path, base.get(path));
      boolean alone = base.get(path).equals(theirs.get(path)) || theirs.containsKey("-y/" + path);
      if (!mine.equals(base.get(path))) {
        assertThat(asOurs).containsValue(mine);
        if (alone) {
          assertThat(asTheirs).containsValue(mine);
        }
      }
    }
    assertThat(List.of(asOurs, asTheirs))
        .allSatisfy(result ->
            assertThat(result)
                .containsAllEntriesOf(added("new-m", ours))
                .containsAllEntriesOf(added("new-y", theirs)));
  }

  private static Map<String, String> added(String mark, Map<String, String> side) {
    var added = new HashMap<>(side);
    added.keySet().removeIf(path -> !path.startsWith(mark));
    return added;
  }
}
