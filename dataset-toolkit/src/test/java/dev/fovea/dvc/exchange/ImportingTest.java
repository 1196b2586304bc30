package dev.fovea.dvc.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.clean.Cleaning;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.exchange.Importing.Wish;
import dev.fovea.dvc.transfer.Pushing;
import dev.fovea.dvc.tree.Contents;
import dev.fovea.dvc.tree.Status;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that another Git repository tracks. */
class ImportingTest {
  @TempDir Path folder;
  private Repository source;
  private Desk desk;
  private String first;

  @BeforeEach
  void commitAndPushTheSource() throws Exception {
    source = new Repository(folder.resolve("theirs"));
    source.desk.write("sets/d/1", "one");
    source.desk.write("sets/d/sub/2", "two");
    source.desk.write("one.txt", "single");
    source.desk.write(
        ".dvc/config", "[core]\n    remote = r\n['remote \"r\"']\n    url = ../../remote\n");
    first = source.commit("first", "sets/d", "one.txt");
    source.desk.push();
    desk = Desk.in(folder.resolve("ours"));
  }

  private Importing importing() {
    return new Importing(desk.copy, Map.of(), Progress.NONE);
  }

  private Importing.Imported bring(String url, String path, String out) throws IOException {
    return bring(url, path, out, Optional.empty());
  }

  private Importing.Imported bring(String url, String path, String out, Optional<String> revision)
      throws IOException {
    return importing()
        .bring(new Wish(url, path, Optional.of(Path.of(out)), revision, true), desk.root);
  }

  private String here() {
    return source.desk.root.toString();
  }

  private void push() throws IOException {
    new Pushing(desk.copy, desk.remote, Progress.NONE).push(desk.copy.tracked());
  }

  @Test
  void bringsAFolderAndSaysWhereItCameFrom() throws IOException {
    var imported = bring(here(), "sets/d/", "d");

    assertThat(imported).isEqualTo(new Importing.Imported("d", first, 2, 6));
    assertThat(desk.files("d")).isEqualTo(Map.of("1", "one", "sub/2", "two"));
    assertThat(desk.root.resolve("d.dvc"))
        .content()
        .contains("frozen: true\ndeps:\n- path: sets/d\n  repo:\n    url: " + here())
        .contains("    rev_lock: " + first + "\nouts:\n- md5: ");
    assertThat(desk.status("d")).isEqualTo(Status.State.UNCHANGED);
    assertThat(desk.root.resolve(".dvc/tmp/fovea"))
        .isDirectoryNotContaining(each -> each.getFileName().toString().startsWith("source"));
  }

  @Test
  void bringsAPartOfAFolderAndASingleFile() throws IOException {
    assertThat(bring(here(), "sets/d/sub", "sub").files()).isEqualTo(1);
    assertThat(bring(here(), "sets/d/1", "1").bytes()).isEqualTo(3);
    assertThat(bring(here(), "one.txt", "one").bytes()).isEqualTo(6);
    assertThat(desk.files("sub")).isEqualTo(Map.of("2", "two"));
    assertThat(desk.root.resolve("1")).hasContent("one");
    assertThat(desk.root.resolve("one")).hasContent("single");
  }

  @Test
  void bringsWhatAStageMade() throws Exception {
    source.desk.write("made/x", "made");
    var name = new Contents(source.desk.copy, Progress.NONE).keep("made").name();
    source.desk.write("dvc.yaml", "stages: {s: {cmd: x, outs: ['${out}']}}");
    source.desk.write(
        "dvc.lock",
        "schema: '2.0'\nstages: {s: {outs: [{path: made, hash: md5, md5: %s}]}}".formatted(name));
    source.commit("stages");
    source.desk.push();

    assertThat(bring(here(), "made", "theirs").files()).isEqualTo(1);
    assertThat(desk.files("theirs")).isEqualTo(Map.of("x", "made"));
    desk.write("dvc.yaml", "stages: {s: {cmd: x, outs: [later]}}");
    assertThatThrownBy(() -> bring(here(), "made", "later"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("later, which the stage s of a dvc.yaml makes");
  }

  @Test
  void bringsTheVersionThatIsAskedForAndPullsThatAgain() throws Exception {
    source.desk.write("sets/d/1", "another");
    source.commit("second", "sets/d");
    source.desk.push();
    bring(here(), "sets/d", "old", Optional.of(first.substring(0, 9)));
    bring(here(), "sets/d", "new", Optional.of("main"));
    assertThat(desk.root.resolve("old/1")).hasContent("one");
    assertThat(desk.root.resolve("new/1")).hasContent("another");

    var other = desk.clone(folder.resolve("clone"));
    var importing = new Importing(other.copy, Map.of(), Progress.NONE);
    for (var tracked : other.copy.tracked()) {
      assertThat(importing.pull(tracked, other.root, false).files()).isEqualTo(2);
    }
    assertThat(other.files("old")).isEqualTo(desk.files("old"));
    assertThat(other.files("new")).isEqualTo(desk.files("new"));
    assertThat(importing.pull(other.copy.tracked().getFirst(), other.root, false).files()).isZero();
  }

  @Test
  void comesLaterWhereItIsNotDownloaded() throws IOException {
    importing()
        .bring(
            new Wish(here(), "sets/d", Optional.of(Path.of("d")), Optional.empty(), false),
            desk.root);
    assertThat(desk.root.resolve("d")).doesNotExist();
    assertThat(desk.root.resolve("d.dvc")).content().endsWith("outs:\n- hash: md5\n  path: d\n");
    assertThat(desk.status("d")).isEqualTo(Status.State.MISSING);
    assertThat(desk.copy.tracked()).isEmpty();

    importing().pull(desk.copy.unpinned().getFirst(), desk.root, false);
    assertThat(desk.files("d")).isEqualTo(Map.of("1", "one", "sub/2", "two"));
    assertThat(desk.status("d")).isEqualTo(Status.State.UNPINNED);
  }

  @Test
  void takesTheCacheOfASourceOfThisMachineThatNamesNoRemote() throws Exception {
    source.desk.write(".dvc/config", "");
    assertThat(bring(here(), "sets/d", "d").files()).isEqualTo(2);
  }

  @Test
  void isNeitherPushedNorMissedByACleaning() throws Exception {
    bring(here(), "sets/d", "d");
    desk.write("own", "own");
    desk.add("own");
    push();
    assertThat(desk.remote.find(desk.copy.tracked(desk.root.resolve("own")).name())).isPresent();
    assertThat(desk.remote.find(desk.copy.tracked(desk.root.resolve("d")).name())).isEmpty();

    var repository = new Repository(folder.resolve("ours"));
    repository.git.add().addFilepattern(".").call();
    repository.commit("ours");
    var other = new Desk(folder.resolve("ours/work"), folder.resolve("ours/remote"));
    try (var files = Files.walk(other.root.resolve(".dvc/cache"))) {
      for (var file : files.filter(each -> each.toString().endsWith(".dir")).toList()) {
        Files.delete(file);
      }
    }
    var plan =
        new Cleaning(other.copy, other.remote, Progress.NONE, Clock.systemUTC())
            .plan(Duration.ZERO);
    assertThat(plan.unneeded()).isEmpty();
    assertThat(plan.unknown()).isEmpty();
    assertThatThrownBy(() -> desk.add("d"))
        .isInstanceOf(WorkProblem.class)
        .hasMessageContaining("d is imported from another repository");
  }

  @Test
  void refusesWhatIsThereAndWhatIsNotTracked() throws IOException {
    bring(here(), "sets/d", "d");
    assertThatThrownBy(() -> bring(here(), "one.txt", "d.dvc")).hasMessageContaining("is there");
    assertThatThrownBy(() -> bring(here(), "sets/d", "d")).hasMessageContaining("lies in d");
    assertThatThrownBy(() -> bring(here(), "sets/d/nothing", "x"))
        .hasMessageContaining("has no 'nothing'");
    assertThatThrownBy(() -> bring(here(), "one.txt/x", "x")).hasMessageContaining("is a file");
    assertThatThrownBy(() -> bring(here(), ".gitignore", "x"))
        .hasMessageContaining("no .dvc file of")
        .hasMessageContaining("tracks '.gitignore'");
    assertThatThrownBy(() -> bring(here(), "one.txt", "x", Optional.of("mian")))
        .hasMessageContaining("'mian' is no commit");
    assertThatThrownBy(() -> bring(here() + "/sets", "one.txt", "x"))
        .hasMessageContaining("is no Git repository");
    assertThat(desk.root.resolve("x")).doesNotExist();
    assertThat(desk.root.resolve("x.dvc")).doesNotExist();
  }

  @Nested
  class Hostile {
    @ParameterizedTest
    @ValueSource(strings = {"..", "../one.txt", "a/../../b", "/etc/passwd", "a\\b", "", "C:/x"})
    void pathsThatLeaveTheSource(String path) {
      assertThatThrownBy(() -> bring(here(), path, "x")).isInstanceOf(WorkProblem.class);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "ssh://host/x",
          "git@host:x",
          "ext::sh -c touch% /tmp/x",
          "git://host/x",
          "-x",
          "",
          "file://host/x",
          "ftp://host/x",
          "http://\n"
        })
    void addressesThatFoveaDoesNotGoTo(String url) {
      assertThatThrownBy(() -> bring(url, "one.txt", "x")).isInstanceOf(WorkProblem.class);
    }

    @Test
    void passwordsInAUrlAreNeitherKeptNorShown() {
      for (var url : new String[] {"http://me:secret@127.0.0.1:1/x", "ssh://me:secret@host/x"}) {
        assertThatThrownBy(() -> bring(url, "one.txt", "x"))
            .isInstanceOf(WorkProblem.class)
            .satisfies(e ->
                assertThat(e.getMessage() + ((WorkProblem) e).remedy()).doesNotContain("secret"));
      }
      assertThat(desk.root.resolve("x.dvc")).doesNotExist();
    }

    @Test
    void aLinkIsNoDvcFileAndALongOneIsNotRead() throws Exception {
      Files.createSymbolicLink(source.desk.root.resolve("link.dvc"), Path.of("one.txt.dvc"));
      source.desk.write("long.dvc", "desc: " + "x".repeat(70_000) + "\n");
      source.commit("hostile");
      assertThatThrownBy(() -> bring(here(), "link", "x")).hasMessageContaining("no .dvc file of");
      assertThatThrownBy(() -> bring(here(), "long", "x")).hasMessageContaining("bytes (expected");
      assertThat(bring(here(), "one.txt", "x").files()).isEqualTo(1);
    }

    @Test
    void bytesThatAreNotWhatTheirNameSaysAreRefused() throws Exception {
      var name = source.desk.copy.tracked(source.desk.root.resolve("one.txt")).name();
      Files.writeString(
          source.desk.remoteFolder.resolve(
              "files/md5/" + name.substring(0, 2) + "/" + name.substring(2)),
          "other!");
      assertThatThrownBy(() -> bring(here(), "one.txt", "x"))
          .hasMessageContaining("other bytes than their names say");
      assertThat(desk.root.resolve("x")).doesNotExist();
      assertThat(desk.root.resolve("x.dvc")).doesNotExist();
    }

    @Test
    void aSourceThatImportsItselfIsNotFollowed() throws Exception {
      var third = new Repository(folder.resolve("third"));
      new Importing(third.desk.copy, Map.of(), Progress.NONE)
          .bring(
              new Wish(here(), "one.txt", Optional.empty(), Optional.empty(), true),
              third.desk.root);
      third.commit("imports");
      assertThatThrownBy(() -> bring(third.desk.root.toString(), "one.txt", "x"))
          .hasMessageContaining("is itself imported, from " + here());
    }
  }

  @Nested
  class ByHttp {
    @Test
    void bringsABranchATagAndACommit() throws Exception {
      remoteOfItsOwn();
      source.git.tag().setName("v1").setAnnotated(true).setMessage("v1").setSigned(false).call();
      var tagged = source.commit("tagged");
      try (var server = new GitServer(source.git.getRepository())) {
        for (var revision : new String[] {"main", "v1", tagged, tagged.substring(0, 8)}) {
          var out = "of-" + revision;
          var imported = bring(server.url(), "sets/d", out, Optional.of(revision));
          assertThat(imported.files()).isEqualTo(2);
          assertThat(imported.commit())
              .isEqualTo(
                  revision.equals("v1")
                      ? source.git.log().setSkip(1).call().iterator().next().name()
                      : tagged);
          assertThat(desk.files(out)).isEqualTo(Map.of("1", "one", "sub/2", "two"));
        }
        assertThat(bring(server.url(), "one.txt", "one").commit()).isEqualTo(tagged);
        assertThatThrownBy(() -> bring(server.url(), "one.txt", "x", Optional.of("mian")))
            .hasMessageContaining("has no version 'mian'");
      }
      assertThat(desk.root.resolve(".dvc/tmp/fovea"))
          .isDirectoryNotContaining(each -> each.getFileName().toString().startsWith("source"));
    }

    private void remoteOfItsOwn() throws Exception {
      source.desk.write(
          ".dvc/config",
          "[core]\n    remote = r\n['remote \"r\"']\n    url = %s\n"
              .formatted(source.desk.remoteFolder));
      source.commit("a remote that others reach");
    }

    @Test
    void aRemoteBesideARepositoryOnAnotherMachineIsNotSoughtHere() throws Exception {
      try (var server = new GitServer(source.git.getRepository())) {
        assertThatThrownBy(() -> bring(server.url(), "one.txt", "x"))
            .hasMessageContaining("is a folder beside it");
      }
    }

    @Test
    void aUserInAnOldDvcFileIsUsedAndNotShown() throws Exception {
      remoteOfItsOwn();
      try (var server =
          new GitServer(exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
            exchange.sendResponseHeaders(401, -1);
          })) {
        desk.write(
            "one.dvc",
            """
            md5: 0fa99d08c8796b46a071512c253dc9aa
            frozen: true
            deps:
            - path: one.txt
              repo:
                url: %s
                rev_lock: %s
            outs:
            - md5: 1b26352878b4ebb7a0cdc8ef486faf5a
              hash: md5
              path: one
            """
                .formatted(server.url().replace("http://", "http://me:secret@"), first));
        var tracked = desk.copy.tracked(desk.root.resolve("one"));
        assertThatThrownBy(() -> importing().fetch(tracked, desk.root))
            .isInstanceOf(WorkProblem.class)
            .satisfies(e ->
                assertThat(e.getMessage() + ((WorkProblem) e).remedy())
                    .contains("127.0.0.1")
                    .doesNotContain("secret"));
        assertThat(server.asked).contains("GET me:secret");
      }
    }

    @Test
    void aServerThatNeverEndsIsLeft() throws Exception {
      var http = new BoundedHttp(1 << 20, Duration.ofSeconds(30));
      try (var server =
          new GitServer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            var much = new byte[1 << 16];
            for (int i = 0; i < 64; i++) {
              exchange.getResponseBody().write(much);
            }
          })) {
        var connection = http.create(java.net.URI.create(server.url()).toURL());
        try (var in = connection.getInputStream()) {
          assertThatThrownBy(in::readAllBytes)
              .isInstanceOf(IOException.class)
              .hasMessage("the server sent more than 1048576 bytes");
        }
      }
    }
  }
}
