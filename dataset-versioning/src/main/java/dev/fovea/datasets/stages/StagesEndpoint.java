package dev.fovea.datasets.stages;

import dev.fovea.datasets.PipelineStages;
import dev.fovea.datasets.dvc.DvcObjects;
import dev.fovea.datasets.repository.Branches;
import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.springframework.web.bind.annotation.RestController;

@RestController
class StagesEndpoint implements PipelineStages {
  private final Repositories repositories;
  private final DvcObjects objects;

  StagesEndpoint(Repositories repositories, DvcObjects objects) {
    this.repositories = repositories;
    this.objects = objects;
  }

  @Override
  public Stages stages(Name project, String at) {
    try (var repository = repositories.open(project);
        var walk = new RevWalk(repository)) {
      var commit = Branches.named(repository, walk, at);
      var files =
          new CommitFiles(
              walk.getObjectReader(), walk.parseCommit(ObjectId.fromString(commit.sha())));
      var told = StageStates.of(files, names -> here(project, names));
      return new Stages(commit, branch(at, commit), told.files(), told.stages(), told.doubts());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the repository of " + project, e);
    }
  }

  private Set<String> here(Name project, Set<String> names) {
    return objects.find(project, names).keySet();
  }

  private static Optional<String> branch(String at, GitCommit commit) {
    return commit.sha().startsWith(at) ? Optional.empty() : Optional.of(at);
  }
}
