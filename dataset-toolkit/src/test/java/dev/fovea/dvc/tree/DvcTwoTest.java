package dev.fovea.dvc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.clean.Cleaning;
import dev.fovea.dvc.compare.Comparing;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.history.Holdings;
import dev.fovea.dvc.transfer.Pushing;
import dev.fovea.dvc.transfer.Verifying;
import dev.fovea.dvc.transfer.Verifying.Fault;
import dev.fovea.dvc.transfer.Verifying.Hole;
import dev.fovea.dvc.tree.Status.State;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.Repository;
import dev.fovea.dvc.work.Tracked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data of DVC 2. The {@code .dvc} files and names are ones that dvc 3.67.1 pulls, finds up to date,
 * and has in its cache where these tests look for them.
 */
class DvcTwoTest {
  private static final String FOLDER = "32dab83edde4df780392cd711234dec1.dir";
  private static final String TEXT = "0f723ae7f9bf07744445e93ac5595156";
  private static final String TABLE = "344fd2323dd33d5c058b7cf27de029e8";
  private static final String DATA_DVC =
      "outs:\n- md5: %s\n  size: 18\n  nfiles: 3\n  path: data\n".formatted(FOLDER);

  @TempDir Path folder;
  private Repository repository;
  private Desk desk;

  @BeforeEach
  void shares() throws Exception {
    repository = new Repository(folder);
    desk = repository.desk;
    desk.write("data.dvc", DATA_DVC);
    desk.write("t.csv.dvc", "outs:\n- md5: %s\n  size: 10\n  path: t.csv\n".formatted(TABLE));
    var binary = "6fb1bb143e07d52be6b9f2c90cd306c4";
    var empty = "d41d8cd98f00b204e9800998ecf8427e";
    share(TEXT, "hello\r\nworld\r\n");
    share(binary, "\0\r\n\1");
    share(empty, "");
    share(TABLE, "x,y\r\n1,2\r\n");
    share(
        FOLDER,
        "[{\"md5\": \"%s\", \"relpath\": \"a.txt\"}, {\"md5\": \"%s\", \"relpath\": \"b/c.bin\"}, {\"md5\": \"%s\", \"relpath\": \"empty\"}]"
            .formatted(TEXT, binary, empty));
  }

  private void share(String name, String text) throws IOException {
    var object = place(desk.remoteFolder, name);
    Files.createDirectories(object.getParent());
    Files.writeString(object, text, StandardCharsets.ISO_8859_1);
  }

  private static Path place(Path root, String name) {
    return root.resolve(name.substring(0, 2)).resolve(name.substring(2));
  }

  private Tracked tracked(String path) throws IOException {
    return desk.copy.tracked(desk.root.resolve(path));
  }

  @Test
  void isPulledToWhereDvcLooksForIt() throws Exception {
    assertThat(tracked("data").file().naming()).isEqualTo(Naming.DOS_TO_UNIX);
    assertThat(desk.status("data")).isEqualTo(State.MISSING);
    desk.pull();

    assertThat(desk.root.resolve("data/a.txt")).hasContent("hello\r\nworld\r\n");
    assertThat(desk.root.resolve("data/b/c.bin")).hasBinaryContent(new byte[] {0, '\r', '\n', 1});
    assertThat(desk.root.resolve("t.csv")).hasContent("x,y\r\n1,2\r\n");
    assertThat(objects(desk.root.resolve(".dvc/cache")))
        .isEqualTo(objects(desk.remoteFolder))
        .hasSize(5);
    assertThat(desk.status("data")).isEqualTo(State.UNCHANGED);
    assertThat(desk.status("t.csv")).isEqualTo(State.UNCHANGED);
    assertThat(new Status(desk.copy, Progress.NONE).look()).allMatch(Status.Entry::cached);
    assertThat(desk.push()).isEqualTo(new Pushing.Pushed(0, 0));

    desk.write("data/a.txt", "hello\nworld\n");
    assertThat(desk.status("data")).as("as DVC 2 saw it").isEqualTo(State.UNCHANGED);
    desk.write("data/a.txt", "changed");
    assertThat(desk.status("data")).isEqualTo(State.MODIFIED);
    assertThatThrownBy(
            () -> new Checkout(desk.copy, Progress.NONE, false).checkout(tracked("data")))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("changed and not added: a.txt");
    assertThat(new Checkout(desk.copy, Progress.NONE, true).checkout(tracked("data")).written())
        .isEqualTo(1);
    assertThat(desk.root.resolve("data/a.txt")).hasContent("hello\r\nworld\r\n");
  }

  /** Their paths from the root, without what else lies there. */
  private static TreeSet<String> objects(Path root) throws IOException {
    var found = new TreeSet<String>();
    try (var files = Files.walk(root)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var path = root.relativize(file).toString();
        if (path.matches("(files/md5/)?[0-9a-f]{2}/[0-9a-f]{30}(\\.dir)?")) {
          found.add(path);
        }
      }
    }
    return found;
  }

  @Test
  void isVerified() throws Exception {
    var verifying = new Verifying(desk.copy, desk.remote, Progress.NONE);
    assertThat(verifying.verify(tracked("data"), true))
        .isEqualTo(new Verifying.Verified(4, List.of()));
    share(TABLE, "x,z\r\n1,2\r\n");
    assertThat(verifying.verify(tracked("t.csv"), true).holes())
        .containsExactly(new Hole("t.csv", TABLE, Fault.DAMAGED));
    Files.delete(place(desk.remoteFolder, TEXT));
    assertThat(verifying.verify(tracked("data"), false).holes())
        .containsExactly(new Hole("data/a.txt", TEXT, Fault.MISSING));
    assertThatThrownBy(() -> desk.pull())
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("a.txt");
    assertThat(place(desk.root.resolve(".dvc/cache"), TABLE)).doesNotExist();
  }

  @Test
  void staysWhereItIsAddedUnchangedAndIsDvcThreesWhenItChanges() throws Exception {
    desk.pull();
    assertThat(desk.add("data").changed()).isFalse();
    assertThat(desk.root.resolve("data.dvc")).hasContent(DATA_DVC);
    assertThat(desk.root.resolve(".dvc/cache/files/md5/7a")).doesNotExist();

    desk.write("data/d.txt", "more\n");
    assertThat(desk.add("data").changed()).isTrue();
    assertThat(tracked("data").file().naming()).isEqualTo(Naming.MD5);
    assertThat(tracked("data").name()).isEqualTo("e3880131c3d016ad1d0bdf0be70fb1bf.dir");
    assertThat(objects(desk.root.resolve(".dvc/cache")))
        .contains("files/md5/7a/c062d8a84466e70d9b899c0821a51c");
    assertThat(desk.push().files()).as("all of it, under its new names").isEqualTo(5);
    assertThat(desk.status("data")).isEqualTo(State.UNCHANGED);
  }

  @Test
  void isNeeded() throws Exception {
    desk.write("new", "new");
    desk.add("new");
    repository.git.add().addFilepattern("new.dvc").addFilepattern("data.dvc").call();
    repository.git.commit().setMessage("first").setSign(false).call();
    desk.write("stray", "stray");
    desk.add("stray");
    for (var each : List.of("new", "stray")) { // what DVC 2 has is there
      new Pushing(desk.copy, desk.remote, Progress.NONE).push(List.of(tracked(each)));
    }
    Files.delete(desk.root.resolve("stray.dvc"));
    var clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(30));

    var before = objects(desk.remoteFolder);
    var plan = new Cleaning(desk.copy, desk.remote, Progress.NONE, clock).clean(Duration.ZERO);
    assertThat(plan.unneeded())
        .extracting(each -> each.name())
        .containsExactly(Md5.hex("stray".getBytes(StandardCharsets.UTF_8)));
    assertThat(plan.unknown()).as("folders of DVC 2 are found").isEmpty();
    var stray = plan.unneeded().getFirst().name();
    before.remove("files/md5/%s/%s".formatted(stray.substring(0, 2), stray.substring(2)));
    assertThat(objects(desk.remoteFolder)).isEqualTo(before);
  }

  @Test
  void isComparedWithWhatTheWorkingTreeHas() throws Exception {
    desk.pull();
    repository.commit("first");
    desk.write("data/a.txt", "changed");
    var comparing = new Comparing(desk.copy, _ -> desk.remote, Progress.NONE);
    var question = new Comparing.Question("HEAD", Optional.empty(), List.of());
    assertThat(comparing.compare(question).changes())
        .extracting(each -> each.kind() + " " + each.path())
        .containsExactly("MODIFIED data/a.txt");
    desk.add("data");
    assertThat(comparing.compare(question).changes())
        .extracting(each -> each.kind() + " " + each.path())
        .containsExactly("MODIFIED data/a.txt");
  }

  @Test
  void isLinkedWhereCacheTypeSaysSo() throws Exception {
    Files.writeString(desk.root.resolve(".dvc/config"), "[cache]\n    type = symlink\n");
    var linking = new Desk(desk.root, desk.remoteFolder);
    linking.pull();
    var link = desk.root.resolve("data/a.txt");
    assertThat(Files.readSymbolicLink(link))
        .isEqualTo(place(linking.root.resolve(".dvc/cache"), TEXT));
    assertThat(linking.status("data")).isEqualTo(State.UNCHANGED);
    linking.write("data/d.txt", "more\n");
    assertThat(linking.add("data").changed()).isTrue();
    assertThat(linking.status("data")).isEqualTo(State.UNCHANGED);
  }

  @Test
  void isNamedByStagesToo() throws Exception {
    Files.delete(desk.root.resolve("data.dvc"));
    desk.write("dvc.yaml", "stages: {s: {cmd: x, outs: [data]}}");
    desk.write(
        "dvc.lock",
        "schema: '2.0'\nstages: {s: {cmd: x, outs: [{path: data, md5: %s}]}}".formatted(FOLDER));
    desk.pull();
    assertThat(desk.status("data")).isEqualTo(State.UNCHANGED);
  }

  @Test
  void isNotAskedAbout() throws Exception {
    desk.pull();
    assertThatThrownBy(() -> new Holdings(desk.copy, Progress.NONE).now(tracked("data")))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("kept as DVC 2 kept it");
  }
}
