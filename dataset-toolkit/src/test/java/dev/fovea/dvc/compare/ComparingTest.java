package dev.fovea.dvc.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.compare.Change.Kind;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files differ between two versions. */
class ComparingTest {
  @TempDir Path folder;
  private Repository repository;
  private Desk desk;
  private String first;

  @BeforeEach
  void commitTwoVersions() throws Exception {
    repository = new Repository(folder);
    desk = repository.desk;
    desk.write("d/kept", "kept");
    desk.write("d/changed", "before");
    desk.write("d/gone", "gone");
    desk.write("d/old/name", "moved");
    desk.write("one.txt", "1");
    first = repository.commit("first", "d", "one.txt");
    desk.write("d/changed", "and after");
    Files.delete(desk.root.resolve("d/gone"));
    Files.delete(desk.root.resolve("d/old/name"));
    desk.write("d/new/name", "moved");
    desk.write("d/new/ü.jpg", "x");
    repository.commit("second", "d");
  }

  private Difference diff(String... words) throws IOException {
    var comparing = new Comparing(desk.copy, _ -> desk.remote, Progress.NONE);
    return comparing.compare(comparing.question(desk.root, List.of(words)));
  }

  private static List<String> shown(Difference difference) {
    return difference.changes().stream()
        .map(each ->
            "%s %s%s"
                .formatted(
                    each.kind(), each.from().map(from -> from + " -> ").orElse(""), each.path()))
        .toList();
  }

  @Test
  void namesWhatWasAddedDeletedModifiedAndRenamed() throws IOException {
    var found = diff("HEAD~1", "HEAD");

    assertThat(shown(found))
        .containsExactly(
            "MODIFIED d/changed",
            "DELETED d/gone",
            "RENAMED d/old/name -> d/new/name",
            "ADDED d/new/ü.jpg");
    var changed = found.changes().getFirst();
    assertThat(changed.bytesBefore()).isEqualTo(OptionalLong.of(6));
    assertThat(changed.bytesAfter()).isEqualTo(OptionalLong.of(9));
    assertThat(found.total(Kind.DELETED)).isEqualTo(new Difference.Total(1, 4));
    assertThat(found.total(Kind.RENAMED)).isEqualTo(new Difference.Total(1, 5));
    assertThat(diff("HEAD", "HEAD").changes()).isEmpty();
  }

  @Test
  void comparesWithTheWorkingTreeWhereNoSecondCommitIsNamed() throws IOException {
    assertThat(diff().changes()).isEmpty();
    desk.write("d/kept", "written since, and not added");
    Files.delete(desk.root.resolve("one.txt"));

    assertThat(shown(diff())).containsExactly("MODIFIED d/kept", "DELETED one.txt");
    assertThat(diff().changes().getFirst().bytesAfter()).isEqualTo(OptionalLong.of(28));
    assertThat(shown(diff("HEAD~1", "d/new", "one.txt")))
        .containsExactly("ADDED d/new/name", "ADDED d/new/ü.jpg", "DELETED one.txt");
  }

  @Test
  void seesWhatIsTrackedNoLongerAndWhatIsTrackedNewly() throws Exception {
    Files.delete(desk.root.resolve("one.txt.dvc"));
    desk.write("more/1", "m");
    repository.commit("third", "more");

    assertThat(shown(diff("HEAD~1", "HEAD"))).containsExactly("ADDED more/1", "DELETED one.txt");
    assertThat(shown(diff("HEAD~1"))).containsExactly("ADDED more/1", "DELETED one.txt");
  }

  @Test
  void findsAPathThatOneOfTheCommitsTracksAlone() throws Exception {
    Files.delete(desk.root.resolve("one.txt.dvc"));
    repository.commit("third");

    assertThat(shown(diff("HEAD~2", "HEAD~1", "one.txt"))).isEmpty();
    assertThat(shown(diff("HEAD~1", "HEAD", "one.txt.dvc"))).containsExactly("DELETED one.txt");
    assertThatThrownBy(() -> diff("HEAD", "HEAD", "one.txt"))
        .hasMessageContaining("nothing is tracked there");
  }

  @Test
  void namesAFileThatCannotBeReadAndComparesTheOthers() throws Exception {
    desk.write("one.txt.dvc", "outs:\n- md5: none\n  hash: sha256\n");
    desk.write("d/more", "more");
    repository.commit("third", "d");
    desk.write("e", "e");
    repository.commit("fourth", "e");

    var found = diff("HEAD~2", "HEAD~1");
    assertThat(shown(found)).containsExactly("ADDED d/more");
    assertThat(found.unreadable())
        .singleElement()
        .satisfies(each -> {
          assertThat(each.path()).isEqualTo("one.txt.dvc");
          assertThat(each.commit()).isEqualTo(found.to());
          assertThat(each.why()).contains("line 3: hash");
        });
    assertThat(diff("HEAD~1", "HEAD").unreadable()).as("the same in both").isEmpty();
    assertThat(diff("HEAD~2", "HEAD", "d").unreadable()).as("not asked about").isEmpty();

    Files.delete(desk.root.resolve("one.txt.dvc"));
    desk.add("one.txt");
    assertThat(shown(diff())).isEmpty();
    assertThat(diff().unreadable()).hasSize(1);
  }

  @Test
  void seesAFileThatBecameAFolder() throws Exception {
    Files.delete(desk.root.resolve("one.txt"));
    desk.write("one.txt/a", "1");
    repository.commit("third", "one.txt");

    assertThat(shown(diff("HEAD~1", "HEAD"))).containsExactly("RENAMED one.txt -> one.txt/a");
  }

  @Test
  void tellsRevisionsFromPathsAsGitDoes() throws Exception {
    repository.git.branchCreate().setName("d").call();
    assertThatThrownBy(() -> diff("d"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("'d' is a commit and a path");
    assertThat(diff("./d").changes()).isEmpty();
    var comparing = new Comparing(desk.copy, _ -> desk.remote, Progress.NONE);
    assertThat(comparing.question(desk.root.resolve("d"), List.of("HEAD~1", "main", "../one.txt")))
        .isEqualTo(new Comparing.Question("HEAD~1", Optional.of("main"), List.of("one.txt")));
    assertThat(comparing.question(desk.root, List.of("HEAD", ".")))
        .isEqualTo(new Comparing.Question("HEAD", Optional.empty(), List.of("")));

    for (var word : List.of("mian", "HEAD~7", "HEAD:one.txt.dvc", "@{9", "x".repeat(999), "d2/a")) {
      assertThatThrownBy(() -> diff(word))
          .as(word)
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("is no commit, and nothing is tracked there");
    }
    assertThatThrownBy(() -> diff("HEAD", "../elsewhere"))
        .hasMessageContaining("is not in the repository");
  }

  @Test
  void getsAFoldersObjectFromTheRemoteAndNothingElse() throws Exception {
    desk.push();
    repository.git.checkout().setName(first).call();
    desk.push();
    try (var files = Files.walk(desk.root.resolve(".dvc/cache/files"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }

    assertThat(shown(diff("main~1", "main"))).hasSize(4);
    assertThat(diff("main~1", "main").changes().getFirst().bytesAfter()).isEmpty();
    try (var files = Files.walk(desk.root.resolve(".dvc/cache/files"))) {
      assertThat(files.filter(Files::isRegularFile))
          .hasSize(2)
          .allMatch(file -> file.toString().endsWith(".dir"));
    }
  }

  @Test
  void readsAWorkingCopyThatLiesInAFolderOfTheGitRepository() throws Exception {
    var other = new Repository(folder.resolve("other"), "deep/down");
    other.desk.write("d/1", "one");
    other.commit("first", "d");
    other.desk.write("d/2", "two");
    var comparing = new Comparing(other.desk.copy, _ -> other.desk.remote, Progress.NONE);

    assertThat(shown(comparing.compare(comparing.question(other.desk.root, List.of()))))
        .containsExactly("ADDED d/2");
  }

  /** Against two maps, as slowly as one would by hand. */
  @Test
  void findsWhatTwoMapsSay() throws Exception {
    var random = new Random(3);
    Map<String, String> before = Map.of();
    desk.write("r/x", "0");
    repository.commit("start", "r");
    Files.delete(desk.root.resolve("r/x"));
    for (int round = 0; round < 8; round++) {
      var after = new TreeMap<String, String>(before);
      for (int i = 0; i < 12; i++) {
        var path = "%s%d".formatted(random.nextBoolean() ? "a/" : "a-", random.nextInt(20));
        if (random.nextInt(3) == 0) {
          after.remove(path);
          Files.deleteIfExists(desk.root.resolve("r").resolve(path));
        } else {
          var text = "text %d".formatted(random.nextInt(10));
          after.put(path, text);
          desk.write("r/" + path, text);
        }
      }
      repository.commit("round " + round, "r");
      if (round > 0) {
        check(diff("HEAD~1", "HEAD"), before, after);
      }
      before = after;
    }
  }

  private static void check(
      Difference found, Map<String, String> before, Map<String, String> after) {
    var made = new HashMap<>(before);
    for (var change : found.changes()) {
      var path = change.path().substring(2);
      switch (change.kind()) {
        case ADDED -> assertThat(before).doesNotContainKey(path);
        case DELETED -> made.remove(path);
        case MODIFIED -> assertThat(after.get(path)).isNotEqualTo(before.get(path));
        case RENAMED -> {
          var from = change.from().orElseThrow().substring(2);
          assertThat(after).doesNotContainKey(from);
          assertThat(before).doesNotContainKey(path);
          assertThat(after.get(path)).isEqualTo(before.get(from));
          made.remove(from);
        }
      }
      if (change.kind() != Kind.DELETED) {
        made.put(path, after.get(path));
      }
    }
    assertThat(made).isEqualTo(after);
    var added = found.changes().stream().filter(each -> each.kind() == Kind.ADDED);
    var gone =
        found.changes().stream()
            .filter(each -> each.kind() == Kind.DELETED)
            .map(each -> each.before().orElseThrow())
            .toList();
    assertThat(added).noneMatch(each -> gone.contains(each.after().orElseThrow()));
  }
}
