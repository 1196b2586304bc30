package dev.fovea.datasets.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.datasets.versions.VersionRecorder;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Pipelines of DVC beside datasets: what a push draws into the lineage. */
class StagePushTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");
  private static final String RAW = "3d94c44bc6da26cf1791a06d2cc7f45f.dir";
  private static final String MODEL = "60b725f10c9c85c70d97880dfe8191b3";

  @Autowired private VersionRecorder recorder;

  @Test
  void aVersionIsMadeByTheStageThatMadeItsFolderAndReadByThoseThatReadIt() throws Exception {
    var team = team().soundImages();
    team.dvcPush();
    pipeline(team, team.dvcAdd().name());
    var commit = team.commit("with a pipeline");
    var pushed = team.push();
    assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
    assertThat(pushed.terminal()).doesNotContain("stages");

    var version = datasets.head(team.project(), DIGITS);
    var at = "commit " + commit.abbreviated();
    assertThat(said(team))
        .containsExactlyInAnyOrder(
            "digits 1 made from " + at,
            "stage prepare of dvc.yaml (make data) recorded in " + at,
            "stage prepare of dvc.yaml (make data) run on raw (%s)".formatted(RAW),
            "digits 1 made by stage prepare of dvc.yaml (make data)",
            "stage train of dvc.yaml (make model) recorded in " + at,
            "stage train of dvc.yaml (make model) run on digits 1",
            "models/reader.onnx (%s) made by stage train of dvc.yaml (make model)"
                .formatted(MODEL));
    assertThat(links(team))
        .filteredOn(link -> link.from().kind() == Kind.STAGE || link.to().kind() == Kind.STAGE)
        .filteredOn(link ->
            link.from().digest().equals(version.digest())
                || link.to().digest().equals(version.digest()))
        .as("the same thing as in all its other arrows")
        .hasSize(2);
  }

  @Test
  void theSamePushTwiceAndTheSameLockInALaterCommitDrawNothingAgain() throws Exception {
    var team = team().soundImages();
    team.dvcPush();
    pipeline(team, team.dvcAdd().name());
    team.commit("with a pipeline");
    team.push();
    var drawn = links(team);
    recorder.reconcile(team.project());
    team.push("refs/heads/main:refs/heads/trial");
    team.write("README.md", "hello");
    team.commit("readme");
    assertThat(team.push().accepted()).isTrue();
    assertThat(links(team)).isEqualTo(drawn);

    var again = team.image("images/new.png", TestImages.png(200), "1", "train");
    again.dvcPush();
    pipeline(again, again.dvcAdd().name());
    var commit = again.commit("prepared anew");
    again.push();
    assertThat(said(again, drawn.size()))
        .as("another run, of the same name")
        .contains(
            "stage prepare of dvc.yaml (make data) recorded in commit " + commit.abbreviated(),
            "digits 2 made by stage prepare of dvc.yaml (make data)",
            "stage train of dvc.yaml (make model) run on digits 2")
        .noneMatch(said -> said.contains("stage") && said.contains("digits 1"));
  }

  @Test
  void aVersionThatComesLaterIsTiedToTheRunsOfBefore() throws Exception {
    var team = team().soundImages();
    var first = team.dvcAdd();
    team.dvcPush();
    team.image("images/new.png", TestImages.png(200), "1", "train");
    var later = team.dvcAdd().name();
    team.without("images/new.png");
    assertThat(team.dvcAdd().name()).isEqualTo(first.name());
    pipeline(team, later);
    team.commit("a pipeline whose output is no version yet");
    assertThat(team.push().accepted()).isTrue();
    assertThat(said(team))
        .contains(
            "data/digits (%s) made by stage prepare of dvc.yaml (make data)".formatted(later),
            "stage train of dvc.yaml (make model) run on data/digits (%s)".formatted(later))
        .doesNotContain("digits 1 made by stage prepare of dvc.yaml (make data)");
    int drawn = links(team).size();

    team.git().rm().addFilepattern("dvc.lock").call();
    team.image("images/new.png", TestImages.png(200), "1", "train").prepared("grown").push();
    assertThat(datasets.head(team.project(), DIGITS).dvc()).isEqualTo(later);
    assertThat(said(team, drawn))
        .contains(
            "digits 2 made by stage prepare of dvc.yaml (make data)",
            "stage train of dvc.yaml (make model) run on digits 2")
        .noneMatch(said -> said.contains("recorded in"));
  }

  @Test
  void aLockThatCannotBeReadWarnsAndCostsNoVersion() throws Exception {
    var team = team().soundImages();
    team.write("dvc.yaml", "stages: {prepare: {cmd: x}}");
    team.write("dvc.lock", "schema: '2.0'\nstages: [");
    var pushed = team.prepared("a broken lock").push();
    assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
    assertThat(pushed.terminal())
        .contains("! stages         dvc.lock:", "the stages of this file are not in the lineage")
        .contains("dataset digits: version 1");
    assertThat(datasets.pushes(team.project()).getFirst().findings())
        .filteredOn(finding -> finding.check().equals("stages"))
        .extracting(Finding::file, Finding::refuses)
        .containsExactly(tuple("dvc.lock", false));
    assertThat(links(team)).extracting(LineageLinked::verb).containsExactly("made from");
  }

  @Test
  void hostileNamesOfStagesAndPathsBecomeShortLinesAndLoopsStayLoops() throws Exception {
    var team = team().soundImages();
    team.dvcPush();
    var folder = team.dvcAdd().name();
    var name = "\\e[2J\\0<b>\\n" + "x".repeat(3000);
    team.write(
        "dvc.yaml", "stages:\n  ? \"%s\"\n  : {cmd: x, outs: [a, '../../b']}\n".formatted(name));
    team.write(
        "dvc.lock",
        """
        schema: '2.0'
        stages:
          ? "%1$s"
          : cmd: x
            deps:
            - {path: "%1$s", hash: md5, md5: %2$s}
            - {path: "https://ada:secret@example.org/\\u202e%1$s"}
            outs:
            - {path: a, hash: md5, md5: %2$s}
            - {path: ../../b, hash: md5, md5: %3$s}
        """
            .formatted(name, folder, MODEL));
    team.commit("hostile");
    var pushed = team.push();
    assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
    var version = datasets.head(team.project(), DIGITS);
    assertThat(links(team).stream().filter(link -> touches(link, version)).map(LineageLinked::verb))
        .containsExactlyInAnyOrder("made from", "run on", "made by");
    assertThat(said(team))
        .hasSize(6)
        .allSatisfy(said ->
            assertThat(said)
                .doesNotContain("secret", "\u001b", "\0", "\n", "\u202e")
                .hasSizeLessThan(700))
        .anySatisfy(said -> assertThat(said).contains("../../b (%s)".formatted(MODEL)))
        .anySatisfy(said -> assertThat(said).contains("stage \\u001b[2J\\u0000<b>\\u000axxx"));
  }

  private static boolean touches(LineageLinked link, DatasetVersion version) {
    return link.from().digest().equals(version.digest())
        || link.to().digest().equals(version.digest());
  }

  /** As {@code dvc repro} leaves it: a folder is made of another, and a model of that. */
  private static void pipeline(Team team, String made) throws Exception {
    team.write(
        "dvc.yaml",
        """
        stages:
          prepare: {cmd: make data, deps: [raw], outs: [data/digits]}
          train: {cmd: make model, deps: [data/digits], outs: [models/reader.onnx]}
        """);
    team.write(
        "dvc.lock",
        """
        schema: '2.0'
        stages:
          prepare:
            cmd: make data
            deps:
            - {path: raw, hash: md5, md5: %s, size: 18, nfiles: 3}
            outs:
            - {path: data/digits, hash: md5, md5: %2$s, size: 12, nfiles: 2}
          train:
            cmd: make model
            deps:
            - {path: data/digits, hash: md5, md5: %2$s, size: 12, nfiles: 2}
            outs:
            - {path: models/reader.onnx, hash: md5, md5: %3$s, size: 2}
        """
            .formatted(RAW, made, MODEL));
  }

  private List<LineageLinked> links(Team team) {
    return events.of(LineageLinked.class).stream()
        .filter(link -> link.project().equals(team.project()))
        .toList();
  }

  private List<String> said(Team team) {
    return said(team, 0);
  }

  /** What the newer arrows say. */
  private List<String> said(Team team, int from) {
    var links = links(team);
    return links.subList(from, links.size()).stream()
        .map(link -> "%s %s %s".formatted(link.to().label(), link.verb(), link.from().label()))
        .toList();
  }
}
