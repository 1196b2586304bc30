package dev.fovea.dvc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.tree.Status.State;
import dev.fovea.dvc.work.Desk;
import dev.fovea.kernel.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are links into the cache, as {@code cache.type} asks for them. */
class LinksTest {
  @TempDir Path folder;
  private Desk desk;

  /** A working copy with settings under {@code [cache]}. */
  private void sitDown(String... settings) throws IOException {
    desk = Desk.in(folder);
    set(settings);
  }

  private void set(String... settings) throws IOException {
    Files.writeString(
        desk.root.resolve(".dvc/config"), "[cache]\n    " + String.join("\n    ", settings));
    desk = new Desk(desk.root, desk.remoteFolder);
  }

  private Path file(String path) {
    return desk.root.resolve(path);
  }

  private Path object(String text) throws IOException {
    return desk.copy.cache().directory(md5(text));
  }

  private static String md5(String text) {
    return Md5.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private Checkout.Done checkout(String path, boolean force) throws IOException {
    return new Checkout(desk.copy, Progress.NONE, force).checkout(desk.copy.tracked(file(path)));
  }

  private Unprotecting.Unprotected unprotect(String path) throws IOException {
    return new Unprotecting(desk.copy, Progress.NONE).unprotect(file(path));
  }

  private static int names(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:nlink");
  }

  private void requireLink(String type, String path, String text) throws IOException {
    var object = object(text);
    assertThat(file(path)).hasContent(text);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(object)))
        .isEqualTo("r--r--r--");
    switch (type) {
      case "hardlink" -> {
        assertThat(Files.isSymbolicLink(file(path))).isFalse();
        assertThat(Files.isSameFile(file(path), object)).isTrue();
      }
      case "symlink" -> assertThat(Files.readSymbolicLink(file(path))).isEqualTo(object);
      default -> {
        assertThat(Files.isSymbolicLink(file(path))).isFalse();
        assertThat(names(file(path))).isEqualTo(1);
        assertThat(Files.isSameFile(file(path), object)).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(path))))
            .startsWith("rw-");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hardlink", "symlink", "copy", "reflink,copy"})
  void addsChecksOutAndPullsWithOneKind(String type) throws Exception {
    sitDown("type = " + type);
    desk.write("d/1", "one");
    desk.write("d/sub/2", "two");
    desk.write("alone.csv", "a,b\n");
    desk.add("d");
    desk.add("alone.csv");
    requireLink(type, "d/1", "one");
    requireLink(type, "alone.csv", "a,b\n");
    Thread.sleep(30); // longer than a tick of the clock, within which files are hashed again
    new Contents(desk.copy, Progress.NONE).look("d");
    assertThat(new Contents(desk.copy, Progress.NONE).look("d").orElseThrow().fresh())
        .as("nothing is hashed again")
        .isFalse();
    assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
    assertThat(desk.status("alone.csv")).isEqualTo(State.UNCHANGED);
    assertThat(desk.add("d").changed()).isFalse();

    Files.delete(file("d/sub/2"));
    Files.delete(file("alone.csv"));
    assertThat(checkout("d", false)).isEqualTo(new Checkout.Done(1, 0));
    assertThat(checkout("alone.csv", false)).isEqualTo(new Checkout.Done(1, 0));
    requireLink(type, "d/sub/2", "two");
    requireLink(type, "alone.csv", "a,b\n");
    assertThat(checkout("d", false)).isEqualTo(new Checkout.Done(0, 0));
    desk.push();

    desk = desk.clone(folder.resolve("clone"));
    set("type = " + type);
    desk.pull();
    requireLink(type, "d/1", "one");
    requireLink(type, "d/sub/2", "two");
    requireLink(type, "alone.csv", "a,b\n");
    assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
    try (var left = Files.list(file(".dvc/tmp/fovea"))) {
      assertThat(left.filter(each -> each.toString().endsWith(".out"))).isEmpty();
    }
  }

  @Test
  void takesTheNextKindBetweenTwoFileSystems() throws IOException {
    var elsewhere = Files.createTempDirectory(Path.of("/dev/shm"), "fovea-links");
    try {
      sitDown("type = \"hardlink,copy\"", "dir = " + elsewhere);
      desk.write("d/1", "one");
      desk.add("d");
      requireLink("copy", "d/1", "one");
      Files.delete(file("d/1"));
      checkout("d", false);
      requireLink("copy", "d/1", "one");

      set("type = hardlink", "dir = " + elsewhere);
      Files.delete(file("d/1"));
      assertThatThrownBy(() -> checkout("d", false))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("no kind of cache.type works from " + elsewhere)
          .hasMessageContaining("hardlink (Invalid cross-device link)");
      assertThat(file("d/1")).doesNotExist();

      set("type = hardlink, symlink", "dir = " + elsewhere);
      checkout("d", false);
      requireLink("symlink", "d/1", "one");
      assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
    } finally {
      Folders.remove(elsewhere);
    }
  }

  @Test
  void takesACacheBesideTheRepository() throws IOException {
    for (var dir : new String[] {"../../shared", folder.resolve("absolute").toString()}) {
      desk = Desk.in(Files.createTempDirectory(folder, "one"));
      set("type = symlink", "dir = " + dir);
      desk.write("d/1", "one");
      desk.add("d");
      requireLink("symlink", "d/1", "one");
      assertThat(object("one").startsWith(desk.root)).isFalse();
      assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
      assertThat(desk.add("d").changed()).isFalse();
      assertThat(desk.push().files()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void makesNoNameOfTheEmptyObject() throws IOException {
    sitDown("type = hardlink");
    desk.write("d/empty", "");
    desk.add("d");
    Files.delete(file("d/empty"));
    checkout("d", false);

    requireLink("copy", "d/empty", "");
    assertThat(names(object(""))).isEqualTo(1);
  }

  @Test
  void changesTheKindOfWhatIsThere() throws IOException {
    sitDown("type = copy");
    desk.write("d/1", "one");
    desk.write("d/2", "two");
    desk.add("d");
    // One comes before what it leads to, the other behind it.
    for (var mine : List.of("d/0", "d/mine")) {
      Files.createSymbolicLink(file(mine), Path.of("1"));
    }
    desk.add("d");
    for (var type : new String[] {"symlink", "hardlink", "symlink", "copy", "hardlink", "copy"}) {
      set("type = " + type);
      var relinked = new Relinking(desk.copy, Progress.NONE).relink(desk.copy.tracked(file("d")));
      assertThat(relinked).as(type).isEqualTo(2);
      requireLink(type, "d/1", "one");
      requireLink(type, "d/2", "two");
      for (var mine : List.of("d/0", "d/mine")) {
        assertThat(Files.readSymbolicLink(file(mine))).as(type).isEqualTo(Path.of("1"));
      }
      assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
    }
  }

  @Test
  void sharesACacheWithAGroup() throws IOException {
    sitDown("shared = group", "dir = ../../shared/by/us", "type = hardlink");
    desk.write("d/1", "one");
    desk.add("d");

    assertThat((int) Files.getAttribute(object("one").getParent(), "unix:mode") & 07777)
        .isEqualTo(02775);
    requireLink("hardlink", "d/1", "one");
    unprotect("d");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("d/1"))))
        .isEqualTo("rw-rw-r--");
  }

  @ParameterizedTest
  @ValueSource(strings = {"type = hard", "type = \"copy,\"", "type =", "shared = all"})
  void refusesWhatDvcWouldNotRead(String setting) throws IOException {
    sitDown(setting);
    desk.write("d/1", "one");

    assertThatThrownBy(() -> desk.add("d"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("of DVC's settings");
  }

  /** The classic one: an editor that writes into the file, which is the object itself. */
  @Nested
  class WrittenThroughALink {
    @ParameterizedTest
    @ValueSource(strings = {"hardlink", "symlink"})
    void isSeenRefusedAndMended(String type) throws IOException {
      sitDown("type = " + type);
      desk.write("d/1", "one");
      desk.write("d/2", "two");
      desk.write("d/twin", "one");
      desk.add("d");
      desk.push();
      file("d/1").toFile().setWritable(true);
      Files.writeString(file("d/1"), "hours of work");
      assertThat(object("one")).as("the cache is damaged").hasContent("hours of work");

      for (int look = 0; look < 2; look++) {
        var seen = new Status(desk.copy, Progress.NONE).look().getFirst();
        assertThat(seen.state()).isEqualTo(State.MODIFIED);
        assertThat(seen.writtenThrough()).containsExactly("d/1", "d/twin");
      }
      var before = Files.readString(file("d.dvc"));
      assertThatThrownBy(() -> desk.add("d"))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("written to");
      assertThat(file("d.dvc")).hasContent(before);
      assertThatThrownBy(() -> checkout("d", true)).hasMessageContaining("' is damaged");
      assertThat(file("d/1")).hasContent("hours of work");

      var mended = unprotect("d");
      assertThat(mended.files()).isEqualTo(3);
      assertThat(mended.written()).containsExactly("d/1", "d/twin");
      assertThat(mended.damaged()).containsExactly(md5("one"));
      assertThat(object("one")).doesNotExist();
      assertThat(object("two")).hasContent("two");
      assertThat(desk.files("d")).containsEntry("1", "hours of work").containsEntry("2", "two");
      desk.add("d");
      requireLink(type, "d/1", "hours of work");
      desk.push();

      Files.writeString(file("d.dvc"), before);
      desk.pull();
      requireLink(type, "d/1", "one");
      assertThat(object("hours of work")).hasContent("hours of work");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hardlink", "symlink"})
    void cannotHappenAfterItWasUnprotected(String type) throws IOException {
      sitDown("type = " + type);
      desk.write("d/1", "one");
      desk.add("d");
      assertThat(unprotect("d.dvc").files()).isEqualTo(1);
      assertThat(unprotect("d").files()).as("again").isZero();
      Files.writeString(file("d/1"), "two");

      assertThat(object("one")).hasContent("one");
      var seen = new Status(desk.copy, Progress.NONE).look().getFirst();
      assertThat(seen.state()).isEqualTo(State.MODIFIED);
      assertThat(seen.writtenThrough()).isEmpty();
      desk.add("d");
      requireLink(type, "d/1", "two");
    }

    @Test
    void ofAFolderThatWasNeverAddedIsRefused() throws IOException {
      sitDown("type = symlink");
      desk.write("d/1", "one");
      desk.add("d");
      desk.write("other/2", "two");
      Files.move(file("d/1"), file("other/1"));
      Files.writeString(file("other/1"), "written");

      assertThatThrownBy(() -> desk.add("other"))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("'1' is a link to an object of the cache that was written to");
      assertThat(unprotect("other").damaged()).containsExactly(md5("one"));
      assertThat(desk.add("other").files()).isEqualTo(2);
    }

    @Test
    void isNotDoneByACheckoutOfAnotherVersion() throws IOException {
      for (var type : new String[] {"hardlink", "symlink"}) {
        sitDown("type = " + type);
        desk.write("d/1", "one");
        desk.add("d");
        var first = Files.readString(file("d.dvc"));
        Files.delete(file("d/1"));
        desk.write("d/1", "two");
        desk.add("d");
        Files.writeString(file("d.dvc"), first);

        checkout("d", false);

        requireLink(type, "d/1", "one");
        assertThat(object("two")).hasContent("two");
        Folders.remove(desk.root);
      }
    }

    /** The good file must not give way to a link to the damaged object. */
    @ParameterizedTest
    @ValueSource(strings = {"hardlink", "symlink"})
    void neverTakesTheOnlyGoodCopy(String type) throws IOException {
      sitDown("type = copy");
      desk.write("d/1", "one");
      desk.add("d");
      object("one").toFile().setWritable(true);
      Files.writeString(object("one"), "0ne");
      set("type = " + type);

      assertThatThrownBy(() -> desk.add("d"))
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("'1' is damaged");
      assertThat(file("d/1")).hasContent("one");
      assertThat(Files.isSymbolicLink(file("d/1"))).isFalse();
    }
  }

  /** Links that nobody made by {@code cache.type}. */
  @Nested
  class Hostile {
    @Test
    void linkToAnotherObjectCountsAsItsBytes() throws IOException {
      sitDown("type = symlink", "dir = ../../shared");
      desk.write("d/1", "one");
      desk.write("d/2", "two");
      desk.add("d");
      Files.delete(file("d/1"));
      Files.createSymbolicLink(file("d/1"), object("two"));

      assertThat(desk.status("d")).isEqualTo(State.MODIFIED);
      assertThat(desk.files("d")).isEqualTo(Map.of("1", "two", "2", "two"));
      checkout("d", false);
      requireLink("symlink", "d/1", "one");
    }

    private void requireRefused(Path target, String why) throws IOException {
      Files.deleteIfExists(file("d/link"));
      Files.createSymbolicLink(file("d/link"), target);
      assertThatThrownBy(() -> desk.add("d"))
          .as(target.toString())
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining(why);
      assertThatThrownBy(() -> desk.status("d")).hasMessageContaining(why);
      Files.delete(file("d/link"));
      desk.write("single", "x");
      Files.delete(file("single"));
      Files.createSymbolicLink(file("single"), target);
      assertThatThrownBy(() -> desk.add("single")).hasMessageContaining(why);
      Files.delete(file("single"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../shared", "cache"})
    void linkToAnythingElseIsRefused(String dir) throws IOException {
      sitDown("type = symlink", "dir = " + dir);
      desk.write("d/1", "one");
      var name = desk.add("d").tracked().name();
      var cache = desk.copy.cache();
      var own = "what Git and DVC keep for themselves";
      requireRefused(cache.directory(name), own);
      requireRefused(Files.writeString(cache.objects().resolve("notes"), "n"), own);
      requireRefused(
          Files.writeString(cache.objects().getParent().getParent().resolve("x"), "n"), own);
      requireRefused(
          Files.writeString(file(".dvc/config.local"), "[core]\n    remote = secret\n"), own);
      Files.createDirectories(file("sub/.git"));
      requireRefused(Files.writeString(file("sub/.git/config"), "c"), own);
      var outside = Files.writeString(folder.resolve("outside"), "o");
      requireRefused(outside, "is a link out of the repository");
      // A link to an object's place that is itself a link.
      var place = cache.directory(md5("other"));
      Files.createDirectories(place.getParent());
      Files.createSymbolicLink(place, outside);
      requireRefused(place, "is a link out of the repository");
      Files.createSymbolicLink(file("d/link"), cache.directory(md5("nowhere")));
      assertThatThrownBy(() -> desk.add("d")).hasMessageContaining("the cache lacks");
    }

    @Test
    void folderThatIsALinkOutOfTheRepositoryIsRefused() throws IOException {
      sitDown("type = symlink");
      var outside = Files.createDirectories(folder.resolve("outside"));
      Files.writeString(outside.resolve("1"), "one");
      Files.createSymbolicLink(file("d"), outside);

      assertThatThrownBy(() -> desk.add("d"))
          .hasMessageContaining("is a link out of the repository");
    }
  }
}
