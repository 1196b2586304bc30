package dev.fovea.pipelines.request;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.registry.Models;
import dev.fovea.registry.Run;
import dev.fovea.registry.Runs;
import dev.fovea.roles.NotAllowed;
import java.util.Optional;

/**
 * What being bound to a commit means: a build may have that released which its own commit made. So
 * a token that leaks from one build releases nothing else. Such a token cannot write tags either.
 */
public final class CommitOfBuild {
  private final Models models;
  private final Runs runs;

  public CommitOfBuild(Models models, Runs runs) {
    this.models = models;
    this.runs = runs;
  }

  /**
   * Checks that the model version's run carries the build's commit.
   *
   * @throws NotAllowed where it carries another one, or none
   */
  public void require(Name project, Candidate candidate, Caller.Build build) {
    var version = models.version(project, candidate.model(), candidate.number());
    var run = version.run().map(id -> runs.run(project, id));
    var commit = run.flatMap(made -> Optional.ofNullable(made.tags().get(Run.COMMIT_TAG)));
    if (commit.filter(build.commit().sha()::equals).isEmpty()) {
      throw new NotAllowed(
          "the token of %s at %s may not release %s %d: %s"
              .formatted(
                  build.repository(),
                  build.commit().abbreviated(),
                  candidate.model(),
                  candidate.number(),
                  run.isEmpty()
                      ? "the version names no run"
                      : "its run carries %s (expected: commit %s)"
                          .formatted(
                              commit.map(sha -> "commit '%s'".formatted(sha)).orElse("no commit"),
                              build.commit())),
          "train and register it from this commit (MLflow sets the tag %s), or have a person release it"
              .formatted(Run.COMMIT_TAG));
    }
  }
}
