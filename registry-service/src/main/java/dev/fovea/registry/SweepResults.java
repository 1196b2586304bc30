package dev.fovea.registry;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** What sweeps have found, for pages. Scripts drive sweeps by calls of their own. */
@HttpExchange("/api/v1/projects/{project}/sweeps")
public interface SweepResults {
  /** At most so many trials are drawn. */
  int MOST_DRAWN = 400;

  /** The newest sweeps first, at most 200. */
  @GetExchange
  List<Sweep> newest(@PathVariable("project") Name project);

  /**
   * One sweep with a page of its trials.
   *
   * @param from the number of the page's first trial
   * @param limit 1 to 500
   */
  @GetExchange("/{sweep}/report")
  SweepReport report(
      @PathVariable("project") Name project,
      @PathVariable("sweep") Name sweep,
      @RequestParam(name = "from", defaultValue = "0") int from,
      @RequestParam(name = "limit", defaultValue = "50") int limit)
      throws NoSuchThing, InvalidRequest;
}
