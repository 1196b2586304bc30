package dev.fovea.datasets.annotation;

import dev.fovea.datasets.Annotation.Batch;
import dev.fovea.datasets.Annotation.Item;
import dev.fovea.datasets.BatchNotLabelled;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.NothingNewInBatch;
import dev.fovea.datasets.PushRefused;
import dev.fovea.datasets.quality.QualityGate;
import dev.fovea.datasets.repository.Branches;
import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.repository.CommitFiles.Content;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.datasets.repository.TreeEdit;
import dev.fovea.datasets.versions.PushLog;
import dev.fovea.datasets.versions.VersionRecorder;
import dev.fovea.datasets.versions.Versions;
import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.stereotype.Component;

/**
 * Commits labelled items to the main branch as a push would: through the gate, by a compare-and-set
 * of the branch, and recorded from what the branch then holds. A push that comes first is built
 * upon, never overwritten.
 */
@Component
class BatchCommit {
  private static final int TRIES = 5;
  private static final int MAX_TEXT_BYTES = 1 << 20;

  private final Repositories repositories;
  private final FolderGrowth growth;
  private final QualityGate gate;
  private final Versions versions;
  private final PushLog log;
  private final VersionRecorder recorder;

  BatchCommit(
      Repositories repositories,
      FolderGrowth growth,
      QualityGate gate,
      Versions versions,
      PushLog log,
      VersionRecorder recorder) {
    this.repositories = repositories;
    this.growth = growth;
    this.gate = gate;
    this.versions = versions;
    this.log = log;
    this.recorder = recorder;
  }

  /** Commits the items that have a label; to be called by one thread a project at a time. */
  DatasetVersion commit(Name project, Batch batch, List<Item> items, String who)
      throws IOException {
    var labelled = items.stream().filter(item -> item.label().isPresent()).toList();
    if (labelled.isEmpty()) {
      throw new BatchNotLabelled(batch.digest());
    }
    try (var repository = repositories.open(project)) {
      for (int i = 0; i < TRIES; i++) {
        recorder.reconcile(project);
        var done = versions.ofBatch(project, batch.digest());
        if (done.isPresent()) {
          return done.get();
        }
        if (move(project, repository, batch, labelled, who)) {
          recorder.reconcile(project);
        }
      }
    }
    return versions
        .ofBatch(project, batch.digest())
        .orElseThrow(() ->
            new IllegalStateException(
                "main of %s moved %d times while a batch was committed".formatted(project, TRIES)));
  }

  private boolean move(
      Name project, Repository repository, Batch batch, List<Item> items, String who)
      throws IOException {
    try (var walk = new RevWalk(repository)) {
      var head = head(project, repository, walk);
      var commit =
          write(
              project,
              repository,
              head,
              new CommitFiles(walk.getObjectReader(), head),
              batch,
              items,
              who);
      var report =
          gate.check(project, repository, commit, versions.settled(project, Repositories.MAIN));
      if (report.refuses()) {
        throw new PushRefused(commit, report.findings());
      }
      var push =
          log.checked(project, Repositories.MAIN, commit, who, report, Optional.of(batch.digest()));
      if (TreeEdit.advance(repository, Repositories.MAIN, head, commit)) {
        return true;
      }
      log.lost(
          push,
          Repositories.MAIN,
          "another push came first; the labels are committed on top of it");
      return false;
    }
  }

  private static RevCommit head(Name project, Repository repository, RevWalk walk)
      throws IOException {
    var main =
        Branches.main(repository)
            .orElseThrow(
                () -> new NoSuchThing("commit on", "main", "push the dataset of " + project));
    return Branches.load(repository, walk, main);
  }

  private GitCommit write(
      Name project,
      Repository repository,
      RevCommit head,
      CommitFiles files,
      Batch batch,
      List<Item> items,
      String who)
      throws IOException {
    var spec = spec(files, batch.dataset());
    GrownFolder grown;
    try {
      grown = growth.grow(project, spec, DvcFile.parse(text(files, spec.path())), items);
    } catch (DvcMistake e) {
      throw new IllegalStateException(
          "%s at the head of %s: %s".formatted(spec.path(), project, e.text()), e);
    }
    if (grown.added() == 0) {
      throw new NothingNewInBatch(batch.digest(), grown.known());
    }
    var dvc = grown.file().noting(note(batch, grown)).text();
    return new TreeEdit(Map.of(spec.path(), dvc), who, message(batch, grown))
        .write(repository, head);
  }

  private static DatasetSpec spec(CommitFiles files, Name dataset) throws IOException {
    var spec = TeamFile.parse(text(files, TeamFile.PATH)).datasets().get(dataset);
    if (spec == null) {
      throw new NoSuchThing(
          "dataset", dataset.text(), "name it under 'datasets' in fovea.yaml and push to main");
    }
    return spec;
  }

  private static String text(CommitFiles files, String path) throws IOException {
    if (files.read(path, MAX_TEXT_BYTES) instanceof Content.Text(var text)) {
      return text;
    }
    throw new NoSuchThing("file on main", path, "push it");
  }

  private static Map<String, Object> note(Batch batch, GrownFolder grown) {
    var note = new LinkedHashMap<String, Object>();
    note.put("batch", batch.digest().toString());
    note.put("model", batch.model().text());
    note.put("frames", grown.added());
    return note;
  }

  private static String message(Batch batch, GrownFolder grown) {
    return """
    Add %d labelled frames to %s

    Chosen among what %s was unsure of in production.

    Fovea-Batch: %s
    """
        .formatted(grown.added(), batch.dataset(), batch.model(), batch.digest());
  }
}
