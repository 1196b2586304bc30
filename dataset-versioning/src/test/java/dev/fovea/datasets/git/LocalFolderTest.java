package dev.fovea.datasets.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.datasets.LocalFolder;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A folder on disk beside what a push of it comes to. */
class LocalFolderTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");

  @Test
  void isTheVersionThatAPushMakes() throws Exception {
    var team = team().soundImages();
    var directory = team.dvcAdd();
    assertThat(team.prepared("six images").push().accepted()).isTrue();

    var place = written(team);
    var local = LocalFolder.read(place, (_, _) -> {});
    assertThat(local.name()).isEqualTo(directory.name());
    var store = new MemoryObjectStore();
    for (var file : local.files()) {
      store.put(file.place());
    }
    var seen =
        local.check(
            "data/digits", TeamFile.parse(text(team)).datasets().get(DIGITS), store, (_, _) -> {});
    assertThat(seen.refusing()).isZero();
    assertThat(seen.manifest().write(store))
        .isEqualTo(datasets.head(team.project(), DIGITS).digest());
  }

  @Test
  void findsWhatThePushIsRefusedFor() throws Exception {
    var team =
        team().soundImages().row("images/9.png", "1", "train").row("images/1.png", "7", "train");
    var pushed = team.prepared("two mistakes").push();
    assertThat(pushed.accepted()).isFalse();

    var local = LocalFolder.read(written(team), (_, _) -> {});
    var store = new MemoryObjectStore();
    for (var file : local.files()) {
      store.put(file.place());
    }
    var seen =
        local.check(
            "data/digits", TeamFile.parse(text(team)).datasets().get(DIGITS), store, (_, _) -> {});
    var there = datasets.pushes(team.project()).getFirst().findings();
    assertThat(seen.findings()).isNotEmpty().isEqualTo(there);
    assertThat(seen.findings()).extracting(Finding::check).contains("orphan", "unknown-class");
  }

  @Test
  void countsFilesAsDvcDoes() throws Exception {
    var root = Files.createDirectories(folder.resolve("repository"));
    Files.createDirectories(root.resolve(".dvc"));
    Files.writeString(root.resolve(".dvcignore"), "*.tmp\nscratch/\n");
    var place = Files.createDirectories(root.resolve("data/digits/scratch")).getParent();
    Files.write(place.resolve("a.png"), TestImages.png(1));
    Files.writeString(place.resolve("b.tmp"), "left out");
    Files.writeString(place.resolve("scratch/c.png"), "left out");
    var cached = root.resolve("cache/files/md5/01/23456789abcdef0123456789abcdef");
    Files.createDirectories(cached.getParent());
    Files.writeString(cached, "cached");
    Files.createSymbolicLink(place.resolve("d.png"), cached);
    Files.createSymbolicLink(place.resolve("e"), root.resolve("cache"));

    assertThat(LocalFolder.read(place, (_, _) -> {}).files())
        .extracting(LocalFolder.LocalFile::path)
        .containsExactly("a.png", "d.png");
  }

  @Test
  void refusesWhatDvcRefuses() throws Exception {
    var root = Files.createDirectories(folder.resolve("repository"));
    Files.createDirectories(root.resolve(".git"));
    Files.writeString(root.resolve(".dvcignore"), "*.tmp\n");
    Files.write(root.resolve("a.png"), TestImages.png(1));
    assertThat(LocalFolder.read(root, (_, _) -> {}).files())
        .extracting(LocalFolder.LocalFile::path)
        .containsExactly("a.png");
    var data = Files.createDirectories(root.resolve("data"));
    Files.writeString(data.resolve(".dvcignore"), "*.tmp\n");
    assertThatThrownBy(() -> LocalFolder.read(data, (_, _) -> {}))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("there is a .dvcignore in a folder that is tracked");
  }

  @Test
  void refusesWhatIsNoFolderAndLinksThatLeadOut() throws Exception {
    assertThatThrownBy(() -> LocalFolder.read(folder.resolve("absent"), (_, _) -> {}))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageEndingWith("is no folder");
    var place = Files.createDirectories(folder.resolve("linked"));
    Files.writeString(folder.resolve("secret"), "secret");
    Files.createSymbolicLink(place.resolve("a.png"), folder.resolve("secret"));
    assertThatThrownBy(() -> LocalFolder.read(place, (_, _) -> {}))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("'a.png' is a link out of the repository");
    Files.delete(place.resolve("a.png"));
    Files.createSymbolicLink(place.resolve("a.png"), folder.resolve("nowhere"));
    assertThatThrownBy(() -> LocalFolder.read(place, (_, _) -> {}))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("'a.png' is a link to nothing");
  }

  private Path written(Team team) throws IOException {
    var place = folder.resolve("on-disk");
    team.writeTo(place);
    return place;
  }

  private static String text(Team team) {
    return Team.TEAM_FILE.formatted(team.project());
  }
}
