package dev.fovea.datasets.versions;

import dev.fovea.datasets.Projects;
import dev.fovea.datasets.repository.Branches;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.Callers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ProjectsEndpoint implements Projects {
  private final RegisteredProjects registered;
  private final Repositories repositories;

  ProjectsEndpoint(RegisteredProjects registered, Repositories repositories) {
    this.registered = registered;
    this.repositories = repositories;
  }

  @Override
  public List<Project> projects() {
    var caller = Callers.current();
    return registered.all().entrySet().stream()
        .filter(entry -> caller.sees(entry.getKey().text()))
        .map(entry -> project(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public Project project(Name project) {
    var created = Optional.ofNullable(registered.all().get(project));
    return project(
        project,
        created.orElseThrow(() ->
            new NoSuchThing(
                "project", project.text(), "run 'fovea projects' to see those that you may use")));
  }

  @Override
  public Project create(Name project) {
    repositories.create(project);
    registered.add(project);
    return project(project);
  }

  private Project project(Name name, Instant created) {
    try (var repository = repositories.open(name)) {
      return new Project(
          name,
          "/git/%s.git".formatted(name),
          "/dvc/" + name,
          Branches.main(repository).map(GitCommit::sha),
          created);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the repository of " + name, e);
    }
  }
}
