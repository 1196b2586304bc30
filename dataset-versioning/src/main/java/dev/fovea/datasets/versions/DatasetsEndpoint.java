package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetDiff;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Push;
import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.repository.Branches;
import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.repository.CommitFiles.Content;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.web.bind.annotation.RestController;

@RestController
class DatasetsEndpoint implements Datasets {
  private static final int MAX_TEAM_FILE_BYTES = 1 << 20;

  private final Versions versions;
  private final QualityReports reports;
  private final Pushes pushes;
  private final Repositories repositories;
  private final ObjectStore objects;

  DatasetsEndpoint(
      Versions versions,
      QualityReports reports,
      Pushes pushes,
      Repositories repositories,
      ObjectStore objects) {
    this.versions = versions;
    this.reports = reports;
    this.pushes = pushes;
    this.repositories = repositories;
    this.objects = objects;
  }

  @Override
  public List<DatasetVersion> heads(Name project) {
    return versions.heads(project, Repositories.MAIN);
  }

  @Override
  public List<DatasetVersion> versions(Name project, Name dataset) {
    return versions.all(project, dataset);
  }

  @Override
  public DatasetVersion version(Name project, Name dataset, Digest digest) {
    return versions
        .find(project, dataset, digest)
        .orElseThrow(() ->
            new NoSuchThing(
                "version of dataset " + dataset,
                digest.toString(),
                "run 'fovea dataset log %s --project %s' to see those that exist"
                    .formatted(dataset, project)));
  }

  @Override
  public QualityReport quality(Name project, Name dataset, Digest digest) {
    return reports
        .find(project, dataset, version(project, dataset, digest).digest())
        .orElseThrow(() ->
            new NoSuchThing(
                "quality report of version",
                digest.toString(),
                "push the dataset's next version: this one was recorded before reports were kept"));
  }

  @Override
  public DatasetVersion head(Name project, Name dataset) {
    return versions
        .head(project, Repositories.MAIN, dataset)
        .orElseThrow(() ->
            new NoSuchThing(
                "dataset",
                dataset.text(),
                "name it under 'datasets' in fovea.yaml and push to " + Repositories.MAIN));
  }

  @Override
  public DatasetDiff diff(Name project, Name dataset, Digest from, Digest to) {
    try {
      var older = Manifest.read(objects, version(project, dataset, from).digest());
      var newer = Manifest.read(objects, version(project, dataset, to).digest());
      return DiffListing.of(from, to, ManifestDiff.between(older, newer));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the manifests of %s and %s".formatted(from, to), e);
    }
  }

  @Override
  public TeamFileText teamFile(Name project, GitCommit commit) {
    try (var repository = repositories.open(project);
        var walk = new RevWalk(repository)) {
      var found = Branches.load(repository, walk, commit);
      if (new CommitFiles(walk.getObjectReader(), found).read(TeamFile.PATH, MAX_TEAM_FILE_BYTES)
          instanceof Content.Text(var text)) {
        return new TeamFileText(commit, text);
      }
      throw new NoSuchThing(
          "fovea.yaml at commit",
          commit.abbreviated(),
          "add one at the root of the repository and push");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the repository of " + project, e);
    }
  }

  @Override
  public TeamFileText teamFile(Name project) {
    try (var repository = repositories.open(project)) {
      var head = Branches.main(repository);
      return teamFile(
          project,
          head.orElseThrow(() ->
              new NoSuchThing(
                  "commit on", Repositories.MAIN, "push a fovea.yaml to " + Repositories.MAIN)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the repository of " + project, e);
    }
  }

  @Override
  public List<Push> pushes(Name project) {
    return pushes.latest(project);
  }
}
