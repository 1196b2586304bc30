package dev.fovea.datasets.quality;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.QualityReport.Parent;
import dev.fovea.datasets.dvc.DvcObjects;
import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.datasets.dvc.DvcProperties;
import dev.fovea.datasets.population.ClassCounts;
import dev.fovea.datasets.quality.GateReport.Checked;
import dev.fovea.datasets.quality.folder.Findings;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.images.ImageChecks;
import dev.fovea.datasets.quality.labels.ClassList;
import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.repository.CommitFiles.Content;
import dev.fovea.datasets.stages.StageReader;
import dev.fovea.datasets.stages.StageRun;
import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.TeamFile;
import dev.fovea.teamfile.TeamFileProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.stereotype.Component;

/** Reads each dataset that a commit's {@code fovea.yaml} names, and says what is wrong with it. */
@Component
public class QualityGate {
  private static final int MAX_TEXT_BYTES = 1 << 20;

  private final DvcObjects names;
  private final ObjectStore objects;
  private final ImageChecks images;
  private final DvcProperties limits;

  QualityGate(DvcObjects names, ObjectStore objects, ImageChecks images, DvcProperties limits) {
    this.names = names;
    this.objects = objects;
    this.images = images;
    this.limits = limits;
  }

  /**
   * Checks a commit; a commit without {@code fovea.yaml} has nothing to check.
   *
   * @param settled what each dataset that has versions was before
   */
  public GateReport check(
      Name project, Repository repository, GitCommit commit, Map<Name, Settled> settled)
      throws IOException {
    var findings = new Findings();
    var checked = new ArrayList<Checked>();
    var stages = List.<StageRun>of();
    try (var walk = new RevWalk(repository)) {
      var files =
          new CommitFiles(
              walk.getObjectReader(), walk.parseCommit(ObjectId.fromString(commit.sha())));
      var team = teamFile(project, files, findings);
      if (team.isPresent()) {
        for (var entry :
            team.get().datasets().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
          var found = new Findings();
          var before = settled.getOrDefault(entry.getKey(), Settled.NOTHING);
          dataset(project, entry.getKey(), entry.getValue(), before, files, found)
              .ifPresent(checked::add);
          findings.addAll(found);
        }
        stages = stages(files, findings);
      }
    }
    return new GateReport(
        findings.kept(), findings.refusing(), findings.warning(), List.copyOf(checked), stages);
  }

  /** What can't be read of pipelines is no reason to refuse data. */
  private static List<StageRun> stages(CommitFiles files, Findings findings) throws IOException {
    var read = StageReader.read(files);
    read.doubts()
        .forEach(doubt -> findings.warn(doubt.file(), doubt.line(), "stages", doubt.text()));
    return read.runs();
  }

  private static Optional<TeamFile> teamFile(Name project, CommitFiles files, Findings findings)
      throws IOException {
    switch (files.read(TeamFile.PATH, MAX_TEXT_BYTES)) {
      case Content.Absent() -> {}
      case Content.Unusable(var reason) -> findings.refuse(TeamFile.PATH, 0, "team-file", reason);
      case Content.Text(var yaml) -> {
        try {
          var team = TeamFile.parse(yaml);
          if (team.project().equals(project)) {
            return Optional.of(team);
          }
          findings.refuse(
              TeamFile.PATH,
              0,
              "team-file",
              "project: %s (expected: %s, as in the address of this push)"
                  .formatted(team.project(), project));
        } catch (TeamFileProblem e) {
          e.mistakes()
              .forEach(mistake ->
                  findings.refuse(TeamFile.PATH, mistake.line(), "team-file", mistake.text()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Checked> dataset(
      Name project,
      Name dataset,
      DatasetSpec spec,
      Settled settled,
      CommitFiles commit,
      Findings findings)
      throws IOException {
    var file = dvcFile(spec.path(), commit, findings);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    var directory = directory(project, spec.path(), file.get(), findings);
    if (directory.isEmpty()) {
      return Optional.empty();
    }
    var path = folder(spec.path(), file.get());
    var files = pushed(project, path, directory.get(), findings);
    var folder = new PushedFolder(path, spec, directory.get().byPath(), files, findings);
    var classes = new ClassList(spec.classes().isEmpty() ? settled.classes() : spec.classes());
    return new FolderGate(objects, images::verdicts)
        .check(folder, classes, parent(settled))
        .map(seen -> new Checked(dataset, spec, file.get(), seen.manifest(), seen.report()));
  }

  private Optional<Parent> parent(Settled settled) throws IOException {
    if (settled.parent().isEmpty()) {
      return Optional.empty();
    }
    var version = settled.parent().get();
    var counts = ClassCounts.of(Manifest.read(objects, version).samples());
    return Optional.of(new Parent(version, counts.splits()));
  }

  private static Optional<DvcFile> dvcFile(String path, CommitFiles commit, Findings findings)
      throws IOException {
    switch (commit.read(path, MAX_TEXT_BYTES)) {
      case Content.Absent() ->
          findings.refuse(
              path,
              0,
              "dvc-file",
              "is not in this commit (expected: the file that 'dvc add' made; 'git add' it)");
      case Content.Unusable(var reason) -> findings.refuse(path, 0, "dvc-file", reason);
      case Content.Text(var text) -> {
        try {
          return Optional.of(DvcFile.parse(text));
        } catch (DvcMistake e) {
          findings.refuse(path, e.line(), "dvc-file", e.text());
        }
      }
    }
    return Optional.empty();
  }

  private Optional<DvcDirectory> directory(
      Name project, String path, DvcFile file, Findings findings) throws IOException {
    var stored = names.find(project, file.directory());
    if (stored.isEmpty()) {
      findings.refuse(
          path,
          file.line(),
          "missing-object",
          "%s is not here; run 'dvc push' before 'git push'".formatted(file.directory()));
      return Optional.empty();
    }
    try (var bytes = objects.open(stored.get().digest())) {
      return Optional.of(DvcDirectory.read(bytes, limits.maxFiles()));
    } catch (DvcMistake e) {
      findings.refuse(path, file.line(), "dvc-file", e.text());
      return Optional.empty();
    }
  }

  private Map<String, Stored> pushed(
      Name project, String folder, DvcDirectory directory, Findings findings) {
    var md5s = new HashSet<String>();
    directory.entries().forEach(entry -> md5s.add(entry.md5()));
    var stored = names.find(project, md5s);
    var files = new HashMap<String, Stored>();
    for (var entry : directory.entries()) {
      var file = stored.get(entry.md5());
      if (file == null) {
        findings.refuse(
            folder + "/" + entry.path(),
            0,
            "missing-object",
            "object %s is not here; run 'dvc push' before 'git push'".formatted(entry.md5()));
      } else {
        files.put(entry.path(), file);
      }
    }
    return files;
  }

  /** The dataset folder in the repository: beside its {@code .dvc} file. */
  private static String folder(String dvcPath, DvcFile file) {
    int slash = dvcPath.lastIndexOf('/');
    return slash < 0 ? file.path() : dvcPath.substring(0, slash + 1) + file.path();
  }
}
