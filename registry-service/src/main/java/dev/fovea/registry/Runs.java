package dev.fovea.registry;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** Runs. People write them through MLflow's protocol, Fovea's own jobs through {@link #log}. */
@HttpExchange("/api/v1/projects/{project}/runs")
public interface Runs {
  /** Newest first, at most {@code limit} (1 to 500). */
  @GetExchange
  List<Run> newest(
      @PathVariable("project") Name project,
      @RequestParam(name = "limit", defaultValue = "50") int limit)
      throws InvalidRequest;

  /** One run; eight or more leading digits of the id suffice while they are unique. */
  @GetExchange("/{id}")
  Run run(@PathVariable("project") Name project, @PathVariable("id") String id) throws NoSuchThing;

  /** A metric's history by step, thinned to at most 240 points. */
  @GetExchange("/{id}/metrics")
  List<Run.MetricPoint> history(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam("key") String key)
      throws NoSuchThing;

  /** What a run suffers from, oldest first; once a kind. */
  @GetExchange("/{id}/alerts")
  List<RunAlert> alerts(@PathVariable("project") Name project, @PathVariable("id") String id)
      throws NoSuchThing;

  /** Writes a finished run of one of Fovea's own jobs; the same key is the same run. */
  @PostExchange
  Run log(@PathVariable("project") Name project, @RequestBody Finished run) throws InvalidRequest;

  /**
   * A run that is over.
   *
   * @param key makes the run once, such as the job's digest
   * @param metrics each metric's values, one a step from 0
   * @param datasets the dataset versions it used
   */
  record Finished(
      Digest key,
      String name,
      String experiment,
      Map<String, String> params,
      Map<String, List<Double>> metrics,
      Map<String, String> tags,
      List<DatasetVersionUse> datasets,
      Instant started,
      Instant ended) {}

  /** A dataset version that a run used. */
  record DatasetVersionUse(Name dataset, Digest version) {}
}
