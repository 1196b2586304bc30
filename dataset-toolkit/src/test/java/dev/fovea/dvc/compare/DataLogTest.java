package dev.fovea.dvc.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.compare.DataLog.Changes;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commits that changed what is tracked. */
class DataLogTest {
  @TempDir Path folder;
  private Repository repository;
  private Desk desk;

  @BeforeEach
  void commitSomeVersions() throws Exception {
    repository = new Repository(folder);
    desk = repository.desk;
    desk.write("d/1", "one");
    desk.write("d/sub/2", "two");
    repository.commit("first\n\nat length", "d");
    desk.write("readme", "no data");
    repository.commit("words only");
    desk.write("d/1", "ONE and more");
    desk.write("d/3", "three");
    desk.write("e", "e");
    repository.commit("second", "d", "e");
    Files.delete(desk.root.resolve("d.dvc"));
    repository.commit("third");
  }

  private List<DataLog.Entry> log(String... paths) throws Exception {
    return new DataLog(desk.copy)
        .read(java.util.Arrays.stream(paths).map(desk.root::resolve).toList(), DataLog.NEWEST, 50);
  }

  /** The folders' objects in the cache. */
  private List<Path> dirs() throws Exception {
    try (var files = Files.walk(desk.root.resolve(".dvc/cache"))) {
      return files.filter(each -> each.toString().endsWith(".dir")).toList();
    }
  }

  @Test
  void tellsOfEachCommitThatChangedData() throws Exception {
    var log = log();
    assertThat(log.stream().map(DataLog.Entry::message))
        .containsExactly("third", "second", "first");
    assertThat(log.get(1).author()).isEqualTo("Ada");
    assertThat(log.get(1).versions())
        .containsExactly(
            new DataLog.Version(
                "d",
                true,
                OptionalLong.of(3),
                OptionalLong.of(20),
                Optional.of(new Changes(1, 0, 1, 0)),
                Optional.empty()),
            new DataLog.Version(
                "e",
                true,
                OptionalLong.of(1),
                OptionalLong.of(1),
                Optional.of(new Changes(1, 0, 0, 0)),
                Optional.empty()));
    assertThat(log.getFirst().versions().getFirst().tracked()).isFalse();
    assertThat(new DataLog(desk.copy).read(List.of(), "HEAD~1", 1).getFirst().message())
        .isEqualTo("second");
  }

  @Test
  void tellsOfOnePathAlone() throws Exception {
    assertThat(log("e").stream().map(DataLog.Entry::message)).containsExactly("second");
    assertThat(log("e.dvc")).isEqualTo(log("e"));
    assertThat(log("d/sub").stream().map(DataLog.Entry::message)).containsExactly("third", "first");
    assertThat(log("d/sub").getLast().versions().getFirst().changes())
        .contains(new Changes(1, 0, 0, 0));
    assertThat(log("d", "e")).isEqualTo(log());
    assertThat(log(".")).isEqualTo(log());
  }

  @Test
  void namesAFileThatCannotBeReadAndGoesOn() throws Exception {
    desk.write("e.dvc", "outs: [");
    repository.commit("broken");
    desk.write("e", "more of e");
    Files.delete(desk.root.resolve("e.dvc"));
    repository.commit("mended", "e");

    var log = log();
    assertThat(log.stream().map(DataLog.Entry::message))
        .containsExactly("mended", "broken", "third", "second", "first");
    assertThat(log.get(1).versions().getFirst().fault().orElseThrow())
        .contains(log.get(1).commit().substring(0, 12) + ", e.dvc, line 1: not YAML");
    assertThat(log.getFirst().versions())
        .singleElement()
        .satisfies(each ->
            assertThat(each.fault())
                .contains(log.get(1).versions().getFirst().fault().orElseThrow()));
    assertThat(log("d").stream().map(DataLog.Entry::message))
        .containsExactly("third", "second", "first");
  }

  @Test
  void saysWhichObjectOfTheCacheIsDamaged() throws Exception {
    for (var file : dirs()) {
      Files.delete(file);
      Files.writeString(file, "[]");
    }
    assertThat(log().getLast().versions().getFirst().fault().orElseThrow()).contains("is damaged");
    assertThat(log()).hasSize(3);
  }

  @Test
  void saysLessWhereTheCacheLacksAFolder() throws Exception {
    for (var file : dirs()) {
      Files.delete(file);
    }
    assertThat(log().getLast().versions().getFirst().changes()).isEmpty();
    assertThat(log().getLast().versions().getFirst().files()).isEqualTo(OptionalLong.of(2));
  }

  @Test
  void refusesARevisionThatIsNone() {
    assertThatThrownBy(() -> new DataLog(desk.copy).read(List.of(), "nowhere", 1))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("'nowhere' is no commit");
    assertThatThrownBy(() -> log("../x")).hasMessageContaining("is not in the repository");
  }
}
