package dev.fovea.dvc.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.work.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tracked folder holds, now and in a commit. */
class HoldingsTest {
  @TempDir Path folder;
  private Desk desk;
  private Holdings holdings;

  @BeforeEach
  void sitDown() throws IOException {
    desk = Desk.in(folder);
    holdings = new Holdings(desk.copy, Progress.NONE);
  }

  private void commit(String message) throws GitAPIException {
    try (var git = Git.init().setDirectory(desk.root.toFile()).call()) {
      git.add().addFilepattern(".").call();
      git.commit().setMessage(message).setSign(false).setAuthor("ada", "ada@example.org").call();
    }
  }

  @Test
  void namesEveryFileWithItsPlaceAndDigest() throws IOException {
    desk.write("data/b/ü.txt", "two");
    desk.write("data/a.txt", "one");
    var added = desk.add("data");

    var held = holdings.now(desk.copy.tracked(desk.root.resolve("data")));

    assertThat(held.name()).isEqualTo(added.tracked().name());
    assertThat(held.files()).extracting(Held.File::path).containsExactly("a.txt", "b/ü.txt");
    assertThat(held.files().getFirst())
        .isEqualTo(new Held.File("a.txt", "f97c5d29941bfb1b2fdab0874906ab82", 3));
    assertThat(held.place(held.files().getLast())).hasContent("two");
  }

  @Test
  void seesWhatWasChangedAndNotAdded() throws IOException {
    desk.write("data/a.txt", "one");
    var added = desk.add("data");
    desk.write("data/a.txt", "one more");

    var held = holdings.now(added.tracked());

    assertThat(held.name()).isNotEqualTo(added.tracked().name());
    assertThat(held.files().getFirst().bytes()).isEqualTo(8);
  }

  @Test
  void readsAnOlderCommitFromTheCache() throws Exception {
    desk.write("data/a.txt", "old");
    desk.write("data/gone.txt", "gone");
    desk.add("data");
    commit("first");
    desk.write("data/a.txt", "new");
    Files.delete(desk.root.resolve("data/gone.txt"));
    var tracked = desk.add("data").tracked();
    commit("second");

    var held = holdings.at(tracked, "HEAD~1");

    assertThat(held.files()).extracting(Held.File::path).containsExactly("a.txt", "gone.txt");
    assertThat(held.place(held.files().getFirst())).hasContent("old");
    assertThat(holdings.at(tracked, "HEAD").name()).isEqualTo(tracked.name());
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    desk.write("other.txt", "x");
    desk.add("other.txt");
    commit("before");
    desk.write("data/a.txt", "one");
    var tracked = desk.add("data").tracked();
    commit("tracked");

    assertThatThrownBy(() -> holdings.at(tracked, "no-such"))
        .hasMessageContaining("'no-such' is no commit");
    assertThatThrownBy(() -> holdings.at(tracked, "HEAD^{")).hasMessageContaining("is no commit");
    assertThatThrownBy(() -> holdings.at(tracked, "HEAD~1"))
        .hasMessageContaining("data was not tracked in HEAD~1");
    Files.delete(desk.copy.cache().directory("f97c5d29941bfb1b2fdab0874906ab82"));
    assertThatThrownBy(() -> holdings.at(tracked, "HEAD"))
        .hasMessageContaining("the cache lacks 'a.txt' of data");
    var file = desk.copy.tracked(desk.root.resolve("other.txt"));
    assertThatThrownBy(() -> holdings.now(file)).hasMessageContaining("other.txt is a file");
  }
}
