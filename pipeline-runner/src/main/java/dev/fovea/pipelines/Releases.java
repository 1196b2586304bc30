package dev.fovea.pipelines;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.NotAllowed;
import dev.fovea.teamfile.TeamFileProblem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Releases. Every registered model version is released by itself; a person may ask for one again.
 */
@HttpExchange("/api/v1/projects/{project}/releases")
public interface Releases {
  /**
   * Starts it, on the newest dataset version and policy, and returns at once; the same inputs are
   * the same release. A caller whose token is bound to a CI build gets it for model versions alone
   * whose run carries that build's commit.
   */
  @PostExchange
  Release start(@PathVariable("project") Name project, @RequestBody Candidate candidate)
      throws NoSuchThing, InvalidRequest, NotAllowed;

  /** Newest first, at most 100; their verdicts without the comparison of both variants. */
  @GetExchange
  List<Release> releases(@PathVariable("project") Name project);

  /** One of them. */
  @GetExchange("/{digest}")
  Release release(@PathVariable("project") Name project, @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /** The newest release of a model version. */
  @GetExchange("/-/of/{model}/{number}")
  Release of(
      @PathVariable("project") Name project,
      @PathVariable("model") Name model,
      @PathVariable("number") int number)
      throws NoSuchThing;

  /**
   * What it measured, so that it can be held against another policy; {@code /measures/{evaluation}}
   * below it is the JSON of one of the evaluations, byte for byte.
   */
  @GetExchange("/{digest}/measures")
  Measures measures(@PathVariable("project") Name project, @PathVariable("digest") Digest digest)
      throws NoSuchThing, TeamFileProblem;

  /** Who asked for it, oldest first: people, builds of CI, deliveries of a webhook. */
  @GetExchange("/{digest}/requests")
  List<Request> requests(
      @PathVariable("project") Name project, @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /**
   * What the Git host is told of it, one status a gate and commit; empty where no build asked for
   * it, or no host is configured.
   */
  @GetExchange("/{digest}/statuses")
  List<CommitStatus> statuses(
      @PathVariable("project") Name project, @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /**
   * Somebody asked for a release.
   *
   * @param build the CI build that asked, where it was one
   */
  record Request(String by, Optional<Caller.Build> build, Instant at) {}

  /** What to release. */
  record Candidate(Name model, int number) {}
}
