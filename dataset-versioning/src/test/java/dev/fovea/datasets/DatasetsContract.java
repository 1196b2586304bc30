package dev.fovea.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.datasets.Annotation.Answer;
import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.datasets.Annotation.Selection;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.store.NoSuchObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a caller may rely on, in the same process and over HTTP alike. */
abstract class DatasetsContract extends ServerTest {
  private static final Name DIGITS = Name.of("digits");
  private static final Name READER = Name.of("reader");

  /** An API as this person calls it. */
  abstract <A> A api(String who, Class<A> api);

  private Projects projects() {
    return api("ada", Projects.class);
  }

  private Datasets datasets() {
    return api("ada", Datasets.class);
  }

  private Frames frames() {
    return api("ada", Frames.class);
  }

  private Annotation annotation(String who) {
    return api(who, Annotation.class);
  }

  @Test
  void listsProjectsWithTheirAddresses() throws Exception {
    var name = team().project();
    var project = projects().project(name);
    assertThat(project.gitPath()).isEqualTo("/git/%s.git".formatted(name));
    assertThat(project.dvcPath()).isEqualTo("/dvc/" + name);
    assertThat(project.head()).isEmpty();
    assertThat(projects().create(name)).isEqualTo(project);
    assertThat(projects().projects()).contains(project);
    assertThatThrownBy(() -> projects().project(Name.of("nowhere")))
        .isInstanceOfSatisfying(
            NoSuchThing.class, problem -> assertThat(problem.thing()).isEqualTo("project"));
  }

  @Test
  void answersVersionsHeadsDiffsAndTheTeamFile() throws Exception {
    var team = team().soundImages();
    var project = team.project();
    assertThat(datasets().versions(project, DIGITS)).isEmpty();
    assertThatThrownBy(() -> datasets().head(project, DIGITS)).isInstanceOf(NoSuchThing.class);
    team.prepared("first").push();
    team.image("images/new.png", TestImages.png(200), "1", "train").prepared("second").push();

    var versions = datasets().versions(project, DIGITS);
    assertThat(versions).extracting(DatasetVersion::number).containsExactly(2, 1);
    var second = versions.getFirst();
    assertThat(datasets().heads(project)).containsExactly(second);
    assertThat(datasets().head(project, DIGITS)).isEqualTo(second);
    assertThat(datasets().version(project, DIGITS, second.digest())).isEqualTo(second);
    var diff = datasets().diff(project, DIGITS, versions.getLast().digest(), second.digest());
    assertThat(diff.added()).extracting(Sample::path).containsExactly("images/new.png");
    var report = datasets().quality(project, DIGITS, second.digest());
    assertThat(report.classes()).containsOnlyKeys("train", "test");
    assertThat(report.parent().orElseThrow().version()).isEqualTo(versions.getLast().digest());
    assertThat(report.images().kinds()).containsExactly(new QualityReport.Kind("RGB", 8, 7));
    assertThatThrownBy(() ->
            datasets()
                .quality(
                    project, DIGITS, Digest.sha256("no version".getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(NoSuchThing.class);
    assertThat(datasets().teamFile(project, second.commit()))
        .isEqualTo(datasets().teamFile(project));
    assertThat(datasets().pushes(project)).extracting(Push::accepted).containsExactly(true, true);
    assertThatThrownBy(() -> datasets().teamFile(project, GitCommit.of("ab".repeat(20))))
        .isInstanceOf(NoSuchThing.class);
  }

  @Test
  void answersWhatWasSignedAndWhatBecameOfAnImage() throws Exception {
    var team = team().soundImages().prepared("first");
    var project = team.project();
    team.push();
    var version = datasets().head(project, DIGITS);
    var signed = api("ada", SignedVersions.class);
    var key = signed.keys(project).getFirst().verifying();
    assertThat(
            signed
                .statement(project, DIGITS, version.digest())
                .verified(VersionStatement.PAYLOAD_TYPE, key)
                .map(VersionStatement::parse))
        .contains(VersionStatement.of(version));
    var unknown = Digest.sha256("nothing".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> signed.statement(project, DIGITS, unknown))
        .isInstanceOf(NoSuchThing.class);

    var histories = api("ada", ImageHistories.class);
    var history = histories.history(project, DIGITS, "images/1.png", Integer.MAX_VALUE, 10);
    assertThat(history.changes())
        .singleElement()
        .satisfies(
            change -> assertThat(change.what()).containsExactly(ImageHistories.What.ADDED),
            change -> assertThat(change.version()).isEqualTo(version.digest()),
            change -> assertThat(change.after().orElseThrow().label()).isEqualTo("1"));
    assertThatThrownBy(
            () -> histories.history(project, DIGITS, "images/x.png", Integer.MAX_VALUE, 10))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> histories.history(project, DIGITS, "../x.png", Integer.MAX_VALUE, 10))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("path: '../x.png' leaves the dataset folder");
    assertThatThrownBy(
            () -> histories.history(project, DIGITS, "images/1.png", Integer.MAX_VALUE, 1_001))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("limit: 1001 (expected: 10 to 1000 changes)");

    var sides = histories.sides(project, DIGITS, version.digest(), "images/1.png");
    assertThat(sides.before()).isEmpty();
    assertThat(sides.after().map(Sample::label)).contains("1");
    assertThatThrownBy(() -> histories.sides(project, DIGITS, unknown, "images/1.png"))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> histories.sides(project, DIGITS, version.digest(), "/images/1.png"))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void answersTheStagesOfABranchAndOfACommit() throws Exception {
    var team = team().soundImages();
    var project = team.project();
    var stages = api("ada", PipelineStages.class);
    assertThatThrownBy(() -> stages.stages(project, PipelineStages.MAIN))
        .isInstanceOf(NoSuchThing.class);
    team.dvcPush();
    var made = team.dvcAdd().name();
    team.write(
        "dvc.yaml",
        """
        stages:
          prepare: {cmd: make data, deps: [raw], outs: [data/digits]}
          train: {cmd: make model, deps: [data/digits], outs: [models/reader.onnx]}
          report: {cmd: make report, deps: [models/reader.onnx]}
        """);
    team.write(
        "dvc.lock",
        """
        schema: '2.0'
        stages:
          prepare: {cmd: make data, outs: [{path: data/digits, hash: md5, md5: %1$s}]}
          train:
            cmd: make model
            deps: [{path: data/digits, hash: md5, md5: %1$s}]
            outs: [{path: models/reader.onnx, hash: md5, md5: 60b725f10c9c85c70d97880dfe8191b3}]
        """
            .formatted(made));
    var commit = team.commit("with a pipeline");
    team.push();

    var found = stages.stages(project, PipelineStages.MAIN);
    assertThat(found.branch()).contains("main");
    assertThat(found.commit()).isEqualTo(commit);
    assertThat(found.files()).containsExactly("dvc.yaml");
    assertThat(found.stages())
        .extracting(PipelineStages.Stage::name, PipelineStages.Stage::state)
        .containsExactly(
            tuple("prepare", PipelineStages.State.CHANGED),
            tuple("train", PipelineStages.State.NOT_PUSHED),
            tuple("report", PipelineStages.State.NEVER_RAN));
    assertThat(found.stages().getFirst().outs().getFirst().kept())
        .isEqualTo(PipelineStages.Kept.HERE);
    var byCommit = stages.stages(project, commit.abbreviated());
    assertThat(byCommit.branch()).isEmpty();
    assertThat(byCommit.stages()).isEqualTo(found.stages());
    for (var at : List.of("gone", "abcdef0", "../../config", "refs/heads/main", " ")) {
      assertThatThrownBy(() -> stages.stages(project, at)).as(at).isInstanceOf(NoSuchThing.class);
    }
  }

  @Test
  void keepsFramesOnce() throws Exception {
    var project = team().project();
    var frame = frame(60);
    for (int i = 0; i < 2; i++) {
      capture(project, frame);
    }
    assertThat(frames().count(project)).isEqualTo(1);
    assertThat(frames().newest(project, 10)).containsExactly(frame);
    assertThat(frames().frame(project, frame.image())).isEqualTo(frame);
    assertThatThrownBy(() -> frames().newest(project, 0)).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void refusesFramesThatCannotBe() throws Exception {
    var project = team().project();
    var good = frame(61);
    var sure =
        new Frame(
            good.image(),
            READER,
            good.variant(),
            "stable",
            "0",
            1.5,
            0,
            List.of(),
            "unsure",
            good.seen());
    assertThatThrownBy(() -> capture(project, sure))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("confidence: 1.5 (expected: 0 to 1)");
    var unknown = Digest.sha256("nothing".getBytes(StandardCharsets.UTF_8));
    var lost =
        new Frame(
            unknown,
            READER,
            good.variant(),
            "stable",
            "0",
            0.5,
            0,
            List.of(),
            "unsure",
            good.seen());
    assertThatThrownBy(() -> capture(project, lost))
        .isInstanceOfSatisfying(
            NoSuchObject.class, problem -> assertThat(problem.digest()).isEqualTo(unknown));
    assertThatThrownBy(() -> capture(Name.of("nowhere"), good)).isInstanceOf(NoSuchThing.class);
  }

  @Test
  void labelsABatchAndCommitsIt() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    var project = team.project();
    assertThatThrownBy(() -> select(project)).isInstanceOf(NoSuchThing.class);
    capture(project, frame(62));
    var batch = select(project).digest();

    assertThatThrownBy(() -> annotation("bob").commit(project, batch))
        .isInstanceOfSatisfying(
            BatchNotLabelled.class, problem -> assertThat(problem.batch()).isEqualTo(batch));
    assertThat(annotation("bob").lease(project, batch).orElseThrow().holder()).contains("bob");
    assertThat(annotation("eve").lease(project, batch)).isEmpty();
    var answer = new Answer(Optional.of("1"));
    assertThatThrownBy(() -> annotation("eve").label(project, batch, 1, answer))
        .isInstanceOfSatisfying(
            ItemHeldByAnother.class, problem -> assertThat(problem.holder()).isEqualTo("bob"));
    assertThat(annotation("bob").label(project, batch, 1, answer).label()).contains("1");

    var version = annotation("bob").commit(project, batch);
    assertThat(version.number()).isEqualTo(2);
    assertThat(annotation("bob").batch(project, batch).version()).contains(version.digest());
    assertThatThrownBy(() -> annotation("bob").label(project, batch, 1, answer))
        .isInstanceOf(BatchClosed.class);
    assertThat(annotation("bob").batches(project)).extracting(Batch::digest).containsExactly(batch);
    assertThat(annotation("bob").items(project, batch)).hasSize(1);
  }

  @Test
  void refusesABudgetThatNobodyCanLabel() throws Exception {
    var project = team().project();
    assertThatThrownBy(
            () -> annotation("ada").select(project, new Selection(DIGITS, READER, 1_001)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("budget: 1001 (expected: 1 to 1000 items)");
  }

  private Batch select(Name project) {
    return annotation("ada").select(project, new Selection(DIGITS, READER, 5));
  }

  private void capture(Name project, Frame frame) {
    frames().capture(project, List.of(frame));
  }

  private Frame frame(int seed) throws Exception {
    var variant = Digest.sha256("variant".getBytes(StandardCharsets.UTF_8));
    var seen = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new Frame(
        objects.put(TestImages.png(seed)),
        READER,
        variant,
        "stable",
        "0",
        0.4,
        0.1,
        List.of(0.4, 0.3, 0.3),
        "unsure",
        seen);
  }
}
