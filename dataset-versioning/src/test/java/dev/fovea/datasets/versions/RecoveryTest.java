package dev.fovea.datasets.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.datasets.quality.QualityGate;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a kill leaves undone is simulated by doing the steps of a push up to it. */
class RecoveryTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");

  @Autowired private Repositories repositories;
  @Autowired private QualityGate gate;
  @Autowired private PushLog log;
  @Autowired private CatchUp start;
  @Autowired private VersionRecorder recorder;

  @Test
  void makesTheVersionOfABranchThatMovedJustBeforeAKill() throws Exception {
    var team = team().soundImages();
    var commit = movedButNotRecorded(team, "first");
    assertThat(datasets.versions(team.project(), DIGITS)).isEmpty();

    start.reconcile();

    var version = datasets.head(team.project(), DIGITS);
    assertThat(version.commit()).isEqualTo(commit);
    assertThat(version.author()).isEqualTo("ada");
    assertThat(datasets.pushes(team.project()))
        .singleElement()
        .satisfies(push -> assertThat(push.accepted()).isTrue());
    assertThat(announced(team)).hasSize(1);
    start.reconcile();
    assertThat(announced(team)).hasSize(1);
  }

  @Test
  void makesAVersionForEachPushThatAKillLeftOpen() throws Exception {
    var team = team().soundImages();
    movedButNotRecorded(team, "first");
    team.image("images/new.png", TestImages.png(200), "1", "train");
    movedButNotRecorded(team, "second");

    recorder.reconcile(team.project());

    assertThat(datasets.versions(team.project(), DIGITS))
        .extracting(DatasetVersion::number, DatasetVersion::images)
        .containsExactly(tuple(2, 7), tuple(1, 6));
    assertThat(datasets.head(team.project(), DIGITS).number()).isEqualTo(2);
  }

  @Test
  void makesNothingOfAPushThatAKillStoppedBeforeItsBranchMoved() throws Exception {
    var team = team().soundImages().prepared("first");
    team.push();
    team.image("images/new.png", TestImages.png(200), "1", "train").prepared("never arrived");
    checked(team, GitCommit.of(team.git().getRepository().resolve("main").name()));

    recorder.reconcile(team.project());

    assertThat(datasets.versions(team.project(), DIGITS)).hasSize(1);
    assertThat(datasets.pushes(team.project())).hasSize(1);
    assertThat(team.push().accepted()).isTrue();
    assertThat(datasets.versions(team.project(), DIGITS)).hasSize(2);
  }

  private List<DatasetCommitted> announced(Team team) {
    return events.of(DatasetCommitted.class).stream()
        .filter(event -> event.project().equals(team.project()))
        .toList();
  }

  private GitCommit movedButNotRecorded(Team team, String message) throws Exception {
    team.prepared(message);
    var commit = GitCommit.of(team.git().getRepository().resolve("main").name());
    checked(team, commit);
    try (var repository = repositories.open(team.project())) {
      var update = repository.updateRef("refs/heads/main");
      update.setNewObjectId(ObjectId.fromString(commit.sha()));
      assertThat(update.update().name()).isIn("NEW", "FAST_FORWARD");
    }
    return commit;
  }

  private void checked(Team team, GitCommit commit) throws Exception {
    try (var repository = repositories.open(team.project());
        var source = team.git().getRepository().newObjectReader();
        var target = repository.newObjectInserter();
        var walk = new ObjectWalk(team.git().getRepository())) {
      walk.markStart(walk.parseCommit(ObjectId.fromString(commit.sha())));
      while (walk.next() instanceof RevObject next) {
        target.insert(next.getType(), source.open(next).getBytes());
      }
      while (walk.nextObject() instanceof RevObject next) {
        target.insert(next.getType(), source.open(next).getBytes());
      }
      target.flush();
      var report = gate.check(team.project(), repository, commit, Map.of());
      assertThat(report.refuses()).isFalse();
      log.checked(team.project(), "main", commit, "ada", report, Optional.empty());
    }
  }
}
