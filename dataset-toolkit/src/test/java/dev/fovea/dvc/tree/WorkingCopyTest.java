package dev.fovea.dvc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.tree.Status.State;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.Repository;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are tracked, looked at, and checked out. */
class WorkingCopyTest {
  @TempDir Path folder;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = Desk.in(folder);
    Files.createDirectories(desk.root.resolve(".git"));
  }

  /** The files, the bytes and the digest that dvc 3.67.1 made (research, 1.2). */
  @Test
  void namesAFolderAsDvcDoes() throws IOException {
    desk.write("data/a.txt", "hello\r\nworld\r\n");
    desk.write("data/empty", "");
    desk.write("data/sub/\uFFFD.jpg", "y");
    desk.write("data/sub/\uD83D\uDE00.jpg", "x");
    desk.write("data/ü b/ß.txt", "u");

    var added = desk.add("data");

    assertThat(added.files()).isEqualTo(5);
    assertThat(Files.readString(desk.copy.cache().directory(added.tracked().name())))
        .isEqualTo(
            """
            [{"md5": "7ac062d8a84466e70d9b899c0821a51c", "relpath": "a.txt"}, \
            {"md5": "d41d8cd98f00b204e9800998ecf8427e", "relpath": "empty"}, \
            {"md5": "415290769594460e2e485922904f345d", "relpath": "sub/\\ufffd.jpg"}, \
            {"md5": "9dd4e461268c8034f5c8564e155c67a6", "relpath": "sub/\\ud83d\\ude00.jpg"}, \
            {"md5": "7b774effe4a349c6dd82ad4f4f21d34c", "relpath": "\\u00fc b/\\u00df.txt"}]\
            """);
  }

  @Test
  void writesWhatDvcWrites() throws IOException {
    desk.write("x/é.jpg", "img1");
    desk.write("x/y.jpg", "img2");
    desk.write("labels.csv", "a,b\n");
    desk.add("x");
    desk.add("labels.csv");

    assertThat(Files.readString(desk.root.resolve("labels.csv.dvc")))
        .isEqualTo(
            """
            outs:
            - md5: 7f8c3c1c0c5a52c2d7f9a3b2e5ffa8b5
              size: 4
              hash: md5
              path: labels.csv
            """
                .replace("7f8c3c1c0c5a52c2d7f9a3b2e5ffa8b5", md5("a,b\n")));
    assertThat(Files.readString(desk.root.resolve(".gitignore"))).isEqualTo("/x\n/labels.csv\n");
    var object = desk.copy.cache().directory(md5("img1"));
    assertThat(Files.isWritable(object) && !isRoot()).isFalse();
    assertThat(Files.getPosixFilePermissions(object)).hasSize(3);
  }

  @Test
  void keepsItsDataOutOfAGitRepositoryAboveIt() throws Exception {
    var repository = new Repository(folder.resolve("above"), "part");
    repository.desk.write("data/a", "one");
    repository.commit("tracked", "data");

    assertThat(repository.desk.root.resolve(".gitignore")).content().contains("/data\n");
    repository.desk.write("other/b", "two");
    repository.commit("by Git");
    assertThatThrownBy(() -> repository.desk.add("other")).hasMessageContaining("Git tracks other");
  }

  private static String md5(String text) {
    return dev.fovea.dvc.Md5.hex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @Test
  void ordersAFolderAmongFilesAsItsPathsAre() throws IOException {
    for (var path : new String[] {"d/a/b", "d/a.txt", "d/a-b", "d/a0"}) {
      desk.write(path, path);
    }
    var look = new Contents(desk.copy, Progress.NONE).look("d").orElseThrow();

    assertThat(look.now().files().stream().map(each -> each.file().path()))
        .containsExactly("a-b", "a.txt", "a/b", "a0");
  }

  @Test
  void seesWhatWasChangedRemovedAndPutBack() throws IOException {
    desk.write("d/1", "one");
    desk.write("d/2", "two");
    desk.add("d");
    assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);

    desk.write("d/1", "ONE"); // as long as before
    assertThat(desk.status("d")).isEqualTo(State.MODIFIED);
    desk.write("d/1", "one");
    assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
    Files.delete(desk.root.resolve("d/2"));
    assertThat(desk.status("d")).isEqualTo(State.MODIFIED);
    Files.delete(desk.root.resolve("d/1"));
    Files.delete(desk.root.resolve("d"));
    assertThat(desk.status("d")).isEqualTo(State.MISSING);
  }

  @Test
  void readsNoFileAgainThatWasNotWritten() throws IOException {
    desk.write("d/1", "one");
    var longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(desk.root.resolve("d/1"), longAgo);
    desk.add("d");
    // Written behind the file system's back: same length, same time.
    try (var file = new java.io.RandomAccessFile(desk.root.resolve("d/1").toFile(), "rw")) {
      file.write("ONE".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    Files.setLastModifiedTime(desk.root.resolve("d/1"), longAgo);

    assertThat(desk.status("d"))
        .as("it trusts size, time and inode, as DVC does")
        .isEqualTo(State.UNCHANGED);
  }

  @Test
  void countsADamagedCacheOfStatsForNone() throws IOException {
    desk.write("d/1", "one");
    var name = desk.add("d").tracked().name();
    try (var files = Files.list(desk.root.resolve(".dvc/tmp/fovea"))) {
      for (var file : files.filter(each -> each.toString().endsWith(".stat")).toList()) {
        var bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
          var damaged = bytes.clone();
          damaged[i] ^= 0x10;
          Files.write(file, damaged);
          assertThat(new Contents(desk.copy, Progress.NONE).look("d").orElseThrow().name())
              .isEqualTo(name);
        }
        Files.write(file, new byte[3]);
      }
    }
    assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
  }

  @Test
  void keepsWhatWasNotAddedUnlessForced() throws IOException {
    desk.write("d/1", "one");
    desk.write("d/2", "two");
    desk.add("d");
    desk.write("d/1", "hours of work");
    desk.write("d/3", "new");
    var tracked = desk.copy.tracked(desk.root.resolve("d"));

    assertThatThrownBy(() -> new Checkout(desk.copy, Progress.NONE, false).checkout(tracked))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("2 files of d")
        .hasMessageContaining("1, 3");
    assertThat(desk.files("d")).containsEntry("1", "hours of work").containsEntry("3", "new");

    new Checkout(desk.copy, Progress.NONE, true).checkout(tracked);
    assertThat(desk.files("d")).isEqualTo(java.util.Map.of("1", "one", "2", "two"));
    assertThat(desk.status("d")).isEqualTo(State.UNCHANGED);
  }

  @Test
  void servesNothingThatTheDiskHasChanged() throws IOException {
    desk.write("d/1", "one");
    desk.add("d");
    var object = desk.copy.cache().directory(md5("one"));
    object.toFile().setWritable(true);
    Files.writeString(object, "0ne");
    Files.delete(desk.root.resolve("d/1"));
    var tracked = desk.copy.tracked(desk.root.resolve("d"));

    assertThatThrownBy(() -> new Checkout(desk.copy, Progress.NONE, false).checkout(tracked))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("'1' is damaged");
    assertThat(desk.root.resolve("d/1")).doesNotExist();
    assertThatThrownBy(desk::push).hasMessageContaining("damaged");
    assertThat(desk.remote.has(tracked.name())).isFalse();
  }

  @Test
  void followsNoLinkOutOfTheRepository() throws IOException {
    var secret = Files.writeString(folder.resolve("secret"), "s");
    desk.write("d/1", "one");
    Files.createSymbolicLink(desk.root.resolve("d/link"), secret);
    assertThatThrownBy(() -> desk.add("d"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("'link' is a link out of the repository");

    Files.delete(desk.root.resolve("d/link"));
    Files.createSymbolicLink(desk.root.resolve("d/inside"), desk.root.resolve("d/1"));
    assertThat(desk.add("d").files()).isEqualTo(2);
  }

  @Test
  void writesThroughNoLink() throws IOException {
    desk.write("d/sub/1", "one");
    desk.add("d");
    var elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.delete(desk.root.resolve("d/sub/1"));
    Files.delete(desk.root.resolve("d/sub"));
    Files.createSymbolicLink(desk.root.resolve("d/sub"), elsewhere);
    var tracked = desk.copy.tracked(desk.root.resolve("d"));

    assertThatThrownBy(() -> new Checkout(desk.copy, Progress.NONE, true).checkout(tracked))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("is a link");
    assertThat(elsewhere).isEmptyDirectory();
  }

  /** All that was added can be pushed, pulled and checked out, here and on macOS. */
  @Test
  void addsNoNamesThatAreOneFileOnSomeSystems() throws IOException {
    desk.write("d/Stra\u00dfe.jpg", "1");
    desk.write("d/caf\u00e9.jpg", "composed");
    desk.write("d/cafe\u0301.jpg", "decomposed");
    assertThatThrownBy(() -> desk.add("d"))
        .isInstanceOf(WorkProblem.class)
        .hasMessage(
            "the folder has both 'cafe\u0301.jpg' and 'caf\u00e9.jpg', which are one file on some"
                + " systems");
    assertThat(desk.root.resolve("d.dvc")).doesNotExist();

    Files.delete(desk.root.resolve("d/cafe\u0301.jpg"));
    assertThat(desk.add("d").files()).isEqualTo(2);
    assertThat(desk.push().files()).isEqualTo(3);
  }

  /** Linux keeps any bytes; two such names would become one, and neither would be found. */
  @Test
  void addsNoNameThatIsNoUtf8() throws Exception {
    desk.write("d/\uFFFD.jpg", "a letter as any other");
    assertThat(desk.add("d").files()).isEqualTo(1);
    var made =
        new ProcessBuilder("sh", "-c", "printf x > d/$(printf 'bad\\377').jpg")
            .directory(desk.root.toFile())
            .start();
    if (made.waitFor() != 0) {
      return; // macOS refuses to make it
    }
    assertThatThrownBy(() -> desk.add("d"))
        .isInstanceOf(WorkProblem.class)
        .hasMessage("the name 'bad\uFFFD.jpg' is no UTF-8");
  }

  @Test
  void addsNoPathThatCouldNotBeReadBack() throws IOException {
    desk.write("d/" + "long/".repeat(60) + "x", "x");
    assertThat(desk.add("d").files()).isEqualTo(1);
    desk.write("d/" + (("y".repeat(100) + "/").repeat(11)) + "x", "x");
    assertThatThrownBy(() -> desk.add("d"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("characters (expected: at most 1024)");
    Files.createDirectories(desk.root.resolve("e/bad\nfolder"));
    desk.write("e/bad\nfolder/x", "x");
    assertThatThrownBy(() -> desk.add("e"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("the name 'bad\\u000afolder' has a control character");
  }

  /** A {@code .dvc} file from elsewhere that tracks what Git or DVC reads as settings. */
  @Test
  void checksNothingOutIntoWhatGitOrDvcKeeps() throws IOException {
    desk.write("hook", "#!/bin/sh\n");
    desk.add("hook");
    var description = Files.readString(desk.root.resolve("hook.dvc"));
    for (var place :
        new String[] {".git/hooks/post-checkout", ".dvc/config.local", ".GIT/config"}) {
      Files.writeString(
          desk.root.resolve("hook.dvc"), description.replace("path: hook", "path: " + place));
      assertThatThrownBy(() -> desk.copy.tracked())
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("hook.dvc, line")
          .hasMessageContaining("would take for its own folder");
    }
  }

  @Test
  void leavesOutWhatDvcignoreNames() throws IOException {
    Files.writeString(desk.root.resolve(".dvcignore"), "# none\n*.tmp\n/d/skip/\n!keep.tmp\n");
    desk.write("d/1.jpg", "1");
    desk.write("d/2.tmp", "2");
    desk.write("d/keep.tmp", "3");
    desk.write("d/skip/4.jpg", "4");
    desk.write("d/deep/skip/5.jpg", "5");

    desk.add("d");

    var look = new Contents(desk.copy, Progress.NONE).look("d").orElseThrow();
    assertThat(look.now().files().stream().map(each -> each.file().path()))
        .containsExactly("1.jpg", "deep/skip/5.jpg", "keep.tmp");
    desk.write("d/.dvcignore", "x");
    assertThatThrownBy(() -> desk.add("d")).hasMessageContaining("in a folder that is tracked");
  }

  @Test
  void saysWhereThereIsNoRepository() {
    assertThatThrownBy(() -> WorkingCopy.around(folder))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("is in no repository with a .dvc folder");
    assertThatThrownBy(() -> desk.add("nothing")).hasMessageContaining("there is no");
    assertThatThrownBy(() -> new Adding(desk.copy, Progress.NONE).add(folder))
        .hasMessageContaining("is not in the repository");
  }
}
