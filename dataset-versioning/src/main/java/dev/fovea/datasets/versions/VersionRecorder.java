package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.quality.GateReport.Checked;
import dev.fovea.datasets.quality.QualityGate;
import dev.fovea.datasets.repository.Branches;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.datasets.versions.Pushes.CheckedPush;
import dev.fovea.datasets.versions.VersionLedger.Planned;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Compares the branches of a repository with what is recorded and makes the versions that are
 * missing. It is told nothing but the project, so it does after a kill what it would have done
 * before.
 */
@Component
public class VersionRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(VersionRecorder.class);

  private final Repositories repositories;
  private final QualityGate gate;
  private final Versions versions;
  private final VersionLedger ledger;
  private final ObjectStore objects;
  private final ProjectLocks locks;

  VersionRecorder(
      Repositories repositories,
      QualityGate gate,
      Versions versions,
      VersionLedger ledger,
      ObjectStore objects,
      ProjectLocks locks) {
    this.repositories = repositories;
    this.gate = gate;
    this.versions = versions;
    this.ledger = ledger;
    this.objects = objects;
    this.locks = locks;
  }

  /** Records every branch that moved; answers the versions that did not exist before. */
  public List<DatasetVersion> reconcile(Name project) {
    try (var _ = locks.hold(project);
        var repository = repositories.open(project)) {
      var tips = Branches.of(repository);
      var recorded = ledger.branches(project);
      recorded.keySet().stream()
          .filter(branch -> !tips.containsKey(branch))
          .forEach(branch -> ledger.forget(project, branch));
      var made = new ArrayList<DatasetVersion>();
      for (var branch : mainFirst(tips.keySet())) {
        var tip = GitCommit.of(String.valueOf(tips.get(branch)));
        var done = Optional.ofNullable(recorded.get(branch));
        if (!done.equals(Optional.of(tip))) {
          made.addAll(record(project, repository, branch, done, tip));
        }
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the repository of " + project, e);
    }
  }

  // A branch that starts at main's commit has no version of its own then.
  private static List<String> mainFirst(Iterable<String> branches) {
    var ordered = new ArrayList<String>();
    branches.forEach(ordered::add);
    ordered.sort(
        Comparator.comparing((String branch) -> !branch.equals(Repositories.MAIN))
            .thenComparing(branch -> branch));
    return ordered;
  }

  // Two pushes may have moved the branch since: each gets its version, the older first.
  private List<DatasetVersion> record(
      Name project, Repository repository, String branch, Optional<GitCommit> done, GitCommit tip)
      throws IOException {
    var waiting = ledger.waiting(project, branch);
    var wanted = waiting.stream().map(CheckedPush::commit).collect(Collectors.toSet());
    var made = new ArrayList<DatasetVersion>();
    for (var commit : commits(repository, done, tip, wanted)) {
      var push =
          waiting.stream().filter(each -> each.commit().equals(commit)).reduce((_, last) -> last);
      made.addAll(
          ledger.record(
              project, branch, commit, push, planned(project, repository, branch, commit)));
    }
    return made;
  }

  // A branch set back to an older commit has nothing in between, and still has to be recorded.
  private static List<GitCommit> commits(
      Repository repository, Optional<GitCommit> done, GitCommit tip, Set<GitCommit> wanted)
      throws IOException {
    var between = Branches.between(repository, done, tip, wanted);
    return between.isEmpty() ? List.of(tip) : between;
  }

  private Planned planned(Name project, Repository repository, String branch, GitCommit commit)
      throws IOException {
    var report = gate.check(project, repository, commit, versions.settled(project, branch));
    if (report.refuses()) {
      LOG.warn(
          "{} of {}: commit {} passed the gate when it was pushed and has {} findings now: {}; no"
              + " version is made of it",
          branch,
          project,
          commit.abbreviated(),
          report.refusing(),
          report.findings().getFirst());
      return Planned.NOTHING;
    }
    var drafts = new ArrayList<Draft>();
    for (var checked : report.datasets()) {
      drafts.add(draft(project, branch, checked));
    }
    return new Planned(drafts, report.stages());
  }

  private Draft draft(Name project, String branch, Checked checked) throws IOException {
    var digest = checked.manifest().write(objects);
    var head =
        versions
            .head(project, branch, checked.dataset())
            .or(() -> versions.head(project, Repositories.MAIN, checked.dataset()))
            .map(DatasetVersion::digest);
    var before =
        head.isPresent()
            ? Manifest.read(objects, head.get())
            : new Manifest(checked.manifest().classes(), List.of());
    return new Draft(
        checked,
        digest,
        head.filter(parent -> !parent.equals(digest)),
        before,
        ManifestDiff.between(before, checked.manifest()));
  }
}
