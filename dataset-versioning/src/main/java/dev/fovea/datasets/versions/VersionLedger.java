package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.stages.StageRun;
import dev.fovea.datasets.versions.Pushes.CheckedPush;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes down, in one transaction, everything that a commit on a branch means. */
@Component
class VersionLedger {
  private static final String NOBODY_KNOWN = "fovea/datasets";

  private final Versions versions;
  private final QualityReports reports;
  private final RecordedBranches branches;
  private final Pushes pushes;
  private final VersionEvents events;
  private final StageLineage stages;
  private final List<VersionFollower> followers;
  private final TransactionTemplate transaction;
  private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

  VersionLedger(
      Versions versions,
      QualityReports reports,
      RecordedBranches branches,
      Pushes pushes,
      VersionEvents events,
      StageLineage stages,
      List<VersionFollower> followers,
      TransactionTemplate transaction) {
    this.versions = versions;
    this.reports = reports;
    this.branches = branches;
    this.pushes = pushes;
    this.events = events;
    this.stages = stages;
    this.followers = followers;
    this.transaction = transaction;
  }

  /** What a commit on a branch means. */
  record Planned(List<Draft> drafts, List<StageRun> stages) {
    static final Planned NOTHING = new Planned(List.of(), List.of());
  }

  /** How far each branch is recorded. */
  Map<String, GitCommit> branches(Name project) {
    return branches.of(project);
  }

  /** The pushes to a branch that wait for it to move. */
  List<CheckedPush> waiting(Name project, String branch) {
    return pushes.checked(project, branch);
  }

  void forget(Name project, String branch) {
    transaction.executeWithoutResult(_ -> branches.forget(project, branch));
  }

  /** Records a commit; answers the versions that did not exist before. */
  List<DatasetVersion> record(
      Name project, String branch, GitCommit commit, Optional<CheckedPush> push, Planned planned) {
    var made = new ArrayList<DatasetVersion>();
    transaction.executeWithoutResult(_ -> {
      var at = clock.instant();
      var who = push.map(CheckedPush::who).orElse(NOBODY_KNOWN);
      for (var draft : planned.drafts()) {
        add(project, branch, commit, who, push.flatMap(CheckedPush::batch), draft, at)
            .ifPresent(made::add);
      }
      planned.stages().forEach(run -> stages.recorded(project, run, commit, at));
      branches.record(project, branch, commit);
      push.ifPresent(found -> {
        pushes.accept(found.id());
        events.moved(project, branch, commit, who, at);
      });
    });
    return made;
  }

  private Optional<DatasetVersion> add(
      Name project,
      String branch,
      GitCommit commit,
      String who,
      Optional<Digest> batch,
      Draft draft,
      Instant at) {
    var dataset = draft.checked().dataset();
    var version = draft.version(project, versions.next(project, dataset), commit, branch, who, at);
    boolean fresh = versions.add(version, batch);
    versions.move(project, branch, dataset, draft.digest());
    if (!fresh) {
      return Optional.empty();
    }
    reports.add(version, draft.checked().report());
    followers.forEach(
        follower -> follower.recording(version, draft.before(), draft.checked().manifest()));
    events.committed(version, batch);
    stages.made(version);
    return Optional.of(version);
  }
}
