package dev.fovea.registry.models;

import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.ModelVersion;
import dev.fovea.registry.Models;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.RestController;

/** Models as Fovea's own pages and jobs see them: only versions that can be released. */
@RestController
class ModelsEndpoint implements Models {
  private final ModelVersions versions;
  private final Aliases aliases;
  private final JobModels jobs;

  ModelsEndpoint(ModelVersions versions, Aliases aliases, JobModels jobs) {
    this.versions = versions;
    this.aliases = aliases;
    this.jobs = jobs;
  }

  @Override
  public List<ModelVersion> heads(Name project) {
    return released(versions.heads(project));
  }

  @Override
  public List<ModelVersion> versions(Name project, Name model) {
    return released(versions.releasable(project, model.text()));
  }

  @Override
  public ModelVersion version(Name project, Name model, int number) {
    return versions
        .find(project, model.text(), number)
        .flatMap(Version::releasable)
        .orElseThrow(() -> noSuchVersion(project, model, number));
  }

  @Override
  public Optional<ModelVersion> aliased(Name project, Name model, String alias) {
    return versions.aliased(project, model.text(), alias).flatMap(Version::releasable);
  }

  @Override
  public Optional<ModelVersion> ofCommit(Name project, Name model, GitCommit commit) {
    return versions.ofCommit(project, model.text(), commit).flatMap(Version::releasable);
  }

  @Override
  public ModelVersion register(Name project, Registration registration) {
    return jobs.register(project, registration).releasable().orElseThrow();
  }

  @Override
  public ModelVersion point(Name project, Name model, String alias, Pointer pointer) {
    version(project, model, pointer.number());
    return aliases
        .point(project, model.text(), alias, Integer.toString(pointer.number()))
        .releasable()
        .orElseThrow(() -> noSuchVersion(project, model, pointer.number()));
  }

  private static List<ModelVersion> released(List<Version> versions) {
    return versions.stream().flatMap(version -> version.releasable().stream()).toList();
  }

  private static NoSuchThing noSuchVersion(Name project, Name model, int number) {
    return new NoSuchThing(
        "model version",
        model + " " + number,
        "see those of project %s with 'fovea model list'; one without a .pt2 or .onnx file says so in its tag fovea.releasable"
            .formatted(project));
  }
}
