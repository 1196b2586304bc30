package dev.fovea.dvc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.clean.CacheCleaning;
import dev.fovea.dvc.clean.Cleaning;
import dev.fovea.dvc.compare.Comparing;
import dev.fovea.dvc.compare.DataLog;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.transfer.Verifying;
import dev.fovea.dvc.tree.Status.State;
import dev.fovea.dvc.work.Desk;
import dev.fovea.dvc.work.Repository;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs of stages, as a {@code dvc repro} by dvc 3.67.1 leaves them. */
class StagesTest {
  @TempDir Path folder;
  private Repository repository;
  private Desk desk;

  @BeforeEach
  void runsStages() throws Exception {
    repository = new Repository(folder);
    desk = repository.desk;
    desk.write(
        "dvc.yaml",
        """
        stages:
          prepare:
            cmd: python prepare.py
            outs:
            - ${out}:
                persist: true
          report:
            cmd: python report.py
            wdir: sub
            outs:
            - local.txt:
                push: false
            - remote2.txt:
                remote: other
            - ../plots
            metrics:
            - metrics.json:
                cache: false
        """);
    desk.write("prepared/x.txt", "x");
    desk.write("prepared/deep/y.txt", "y");
    desk.write("sub/local.txt", "hid");
    desk.write("sub/remote2.txt", "r");
    desk.write("sub/metrics.json", "{}");
    desk.write("plots/a.svg", "<svg/>");
    var contents = new Contents(desk.copy, Progress.NONE);
    for (var each : List.of("prepared", "sub/local.txt", "sub/remote2.txt", "plots")) {
      contents.keep(each);
    }
    lock(contents.keep("prepared").name(), contents.keep("plots").name());
  }

  private void lock(String prepared, String plots) throws Exception {
    desk.write(
        "dvc.lock",
        """
        schema: '2.0'
        stages:
          prepare:
            cmd: python prepare.py
            outs:
            - path: prepared
              hash: md5
              md5: %s
              size: 2
              nfiles: 2
          report:
            cmd: python report.py
            outs:
            - path: ../plots
              hash: md5
              md5: %s
            - path: local.txt
              hash: md5
              md5: %s
              size: 3
            - path: metrics.json
              hash: md5
              md5: %s
              size: 2
            - path: remote2.txt
              hash: md5
              md5: %s
              size: 1
          removed:
            cmd: python removed.py
            outs:
            - path: removed.txt
              hash: md5
              md5: 00000000000000000000000000000000
        """
            .formatted(prepared, plots, md5("hid"), md5("{}"), md5("r")));
  }

  private static String md5(String text) {
    return Md5.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void areTrackedWhereTheyAreCached() throws Exception {
    assertThat(desk.copy.tracked())
        .extracting(Tracked::path)
        .containsExactly("plots", "prepared", "sub/local.txt", "sub/remote2.txt");
    assertThat(desk.copy.doubts()).isEmpty();
    var prepared = desk.copy.tracked(desk.root.resolve("prepared"));
    assertThat(prepared.stage()).contains("prepare");
    assertThat(prepared.file().files()).hasValue(2);
    assertThat(desk.copy.tracked(desk.root.resolve("sub/local.txt")).isPushed()).isFalse();
    assertThat(desk.copy.tracked(desk.root.resolve("sub/remote2.txt")).remote()).contains("other");
    assertThat(desk.status("prepared")).isEqualTo(State.UNCHANGED);
    desk.write("prepared/x.txt", "changed");
    assertThat(desk.status("prepared")).isEqualTo(State.MODIFIED);
  }

  @Test
  void arePushedAndPulledButForThoseThatSayOtherwise() throws Exception {
    desk.push();
    assertThat(desk.remote.has(md5("y"))).isTrue();
    assertThat(desk.remote.has(md5("hid"))).as("push: false").isFalse();

    var other = new Desk(folder.resolve("other"), desk.remoteFolder);
    for (var file : List.of("dvc.yaml", "dvc.lock")) {
      Files.copy(desk.root.resolve(file), other.root.resolve(file));
    }
    for (var each : other.copy.tracked()) {
      if (each.isPushed()) {
        new Pulling(other.copy, other.remote, Progress.NONE, false).pull(each);
      }
    }
    assertThat(other.files("prepared")).isEqualTo(desk.files("prepared"));
    assertThat(other.files("plots")).isEqualTo(desk.files("plots"));
    assertThat(other.status("sub/local.txt")).isEqualTo(State.MISSING);
    assertThat(
            new Verifying(other.copy, other.remote, Progress.NONE)
                .verify(other.copy.tracked(other.root.resolve("prepared")), true)
                .holes())
        .isEmpty();
    var lock = Files.readString(other.root.resolve("dvc.lock"));
    other.write("prepared/x.txt", "changed");
    new Checkout(other.copy, Progress.NONE, true)
        .checkout(other.copy.tracked(other.root.resolve("prepared")));
    assertThat(other.files("prepared")).isEqualTo(desk.files("prepared"));
    assertThat(Files.readString(other.root.resolve("dvc.lock"))).isEqualTo(lock);
  }

  @Test
  void areNotAdded() {
    for (var path :
        List.of("prepared", "prepared/x.txt", "sub", "sub/metrics.json", "plots/a.svg")) {
      assertThatThrownBy(() -> desk.add(path))
          .as(path)
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("overlaps with")
          .hasMessageContaining("of a dvc.yaml makes");
    }
  }

  @Test
  void areFoundInCommits() throws Exception {
    repository.commit("first");
    var before = Files.readString(desk.root.resolve("dvc.lock"));
    desk.write("prepared/x.txt", "changed");
    desk.write("prepared/z.txt", "z");
    var contents = new Contents(desk.copy, Progress.NONE);
    lock(contents.keep("prepared").name(), contents.keep("plots").name());
    assertThat(Files.readString(desk.root.resolve("dvc.lock"))).isNotEqualTo(before);
    repository.commit("second");

    var comparing = new Comparing(desk.copy, _ -> desk.remote, Progress.NONE);
    var found =
        comparing.compare(
            new Comparing.Question("HEAD~1", Optional.of("HEAD"), List.of("prepared")));
    assertThat(found.changes())
        .extracting(each -> each.kind() + " " + each.path())
        .containsExactly("MODIFIED prepared/x.txt", "ADDED prepared/z.txt");
    assertThat(new DataLog(desk.copy).read(List.of(), DataLog.NEWEST, 10))
        .extracting(DataLog.Entry::message)
        .containsExactly("second", "first");
  }

  /** Of any commit of any ref, and of a lock that nobody committed yet. */
  @Test
  void areNeeded() throws Exception {
    repository.commit("first");
    desk.push();
    desk.write("stray", "stray");
    desk.add("stray");
    desk.push();
    Files.delete(desk.root.resolve("stray.dvc"));
    Files.delete(desk.root.resolve("dvc.yaml")); // what the lock says is needed all the same
    desk.write("prepared/x.txt", "changed");
    var contents = new Contents(desk.copy, Progress.NONE);
    lock(contents.keep("prepared").name(), contents.keep("plots").name());
    var copy = WorkingCopy.around(desk.root);
    assertThat(copy.tracked()).isEmpty();
    assertThat(copy.doubts()).singleElement().asString().contains("there is no dvc.yaml");

    var clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(30));
    assertThat(new Cleaning(copy, desk.remote, Progress.NONE, clock).plan(Duration.ZERO).unneeded())
        .extracting(each -> each.name())
        .containsExactly(md5("stray"));
    assertThat(
            new CacheCleaning(copy, List.of(), false, Progress.NONE, clock)
                .plan(Duration.ZERO)
                .unneeded())
        .extracting(each -> each.name())
        .containsExactly(md5("stray"));
  }

  @Test
  void areLeftAloneWhereItIsNotKnownWhereTheyLie() throws Exception {
    desk.write("other/file", "1");
    desk.add("other");
    desk.write("params.yaml", "elsewhere: sub\n");
    desk.write("dvc.yaml", "stages: {prepare: {cmd: x, wdir: '${where}', outs: [prepared]}}");
    assertThat(desk.copy.tracked()).extracting(Tracked::path).containsExactly("other");
    assertThat(desk.copy.doubts())
        .singleElement()
        .asString()
        .contains("the stage prepare of dvc.yaml runs in a folder that is not resolved here");

    desk.write("dvc.yaml", "stages: [");
    assertThat(desk.copy.tracked()).extracting(Tracked::path).containsExactly("other");
    assertThat(desk.copy.doubts())
        .singleElement()
        .asString()
        .contains("dvc.yaml, line 1: not YAML");

    desk.write("dvc.yaml", "#".repeat(3 << 20));
    assertThat(desk.copy.tracked()).extracting(Tracked::path).containsExactly("other");

    desk.write("dvc.yaml", "stages: {prepare: {outs: no list}}");
    assertThat(desk.copy.tracked()).extracting(Tracked::path).containsExactly("other", "prepared");
    assertThat(desk.copy.doubts()).singleElement().asString().contains("outs is no list");
  }

  @Test
  void lieInTheFolderThatVariablesSay() throws Exception {
    desk.write("params.yaml", "where: deep\n");
    desk.write("dvc.yaml", "stages: {prepare: {cmd: x, wdir: '${where}', outs: [prepared]}}");
    assertThat(desk.copy.tracked()).extracting(Tracked::path).containsExactly("deep/prepared");
    assertThat(desk.copy.doubts()).isEmpty();
    repository.commit("first");
    assertThat(new DataLog(desk.copy).read(List.of(), DataLog.NEWEST, 10))
        .flatExtracting(DataLog.Entry::versions)
        .extracting(DataLog.Version::path)
        .containsExactly("deep/prepared");

    desk.write("params.yaml", "where: ../../deep\n");
    assertThat(desk.copy.tracked()).isEmpty();
    assertThat(desk.copy.doubts()).singleElement().asString().contains("lies outside");
    Files.delete(desk.root.resolve("params.yaml"));
    var outside = Files.writeString(folder.resolve("params.yaml"), "where: deep\n");
    Files.createSymbolicLink(desk.root.resolve("params.yaml"), outside);
    assertThat(desk.copy.tracked()).as("a link out of the repository is not followed").isEmpty();
  }

  @Test
  void neverLieOutsideOfTheRepository() throws Exception {
    desk.write("dvc.yaml", "stages: {a: {cmd: x, outs: ['${o}']}}");
    for (var path :
        List.of("../x", "/etc/x", ".git/hooks/x", "a/../../x", "s3://bucket/x", ".dvc/config")) {
      desk.write(
          "dvc.lock",
          "schema: '2.0'\nstages: {a: {outs: [{path: '%s', hash: md5, md5: %s}]}}"
              .formatted(path, md5("r")));
      assertThat(desk.copy.tracked()).as(path).isEmpty();
      assertThat(desk.copy.doubts()).as(path).singleElement().asString().contains("outside");
    }
  }

  @Test
  void stopEverythingWhereTheLockCannotBeRead() throws Exception {
    for (var text : List.of("stages: [", "<<<<<<< ours\n", "stages: {a: {outs: x}}")) {
      desk.write("dvc.lock", text);
      assertThatThrownBy(() -> desk.copy.tracked())
          .isInstanceOf(WorkProblem.class)
          .hasMessageContaining("dvc.lock");
    }
  }
}
