package dev.fovea.pipelines;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
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
   * the same release.
   */
  @PostExchange
  Release start(@PathVariable("project") Name project, @RequestBody Candidate candidate)
      throws NoSuchThing, InvalidRequest;

  /** Newest first, at most 100. */
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

  /** What to release. */
  record Candidate(Name model, int number) {}
}
