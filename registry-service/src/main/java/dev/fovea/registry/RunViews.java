package dev.fovea.registry;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/**
 * What runs logged, in portions that a page can show: however much there is, an answer has bounds.
 * Eight or more leading digits of a run's id suffice while they are unique.
 */
@HttpExchange("/api/v1/projects/{project}/runs")
public interface RunViews {
  /** At most so many runs in one question. */
  int MOST_RUNS = 50;

  /** At most so many parameters, metrics and tags of each run. */
  int MOST_VALUES = 500;

  /** At most so many points of a curve. */
  int MOST_POINTS = 1_000;

  /** A curve of more points is not smoothed. */
  long MOST_SMOOTHED = 1_000_000;

  /**
   * The newest runs first.
   *
   * @param limit 1 to 500
   * @param each how many parameters, metrics and tags of each, 1 to 500
   */
  @GetExchange("/excerpts")
  List<RunExcerpt> newest(
      @PathVariable("project") Name project,
      @RequestParam("limit") int limit,
      @RequestParam("each") int each)
      throws InvalidRequest;

  /**
   * These runs, in this order.
   *
   * @param ids 1 to 50
   * @param containing what the keys of parameters and metrics contain; empty for all
   * @param each how many parameters, metrics and tags of each, 1 to 500
   */
  @GetExchange("/excerpts/of")
  List<RunExcerpt> of(
      @PathVariable("project") Name project,
      @RequestParam("run") List<String> ids,
      @RequestParam(name = "containing", defaultValue = "") String containing,
      @RequestParam("each") int each)
      throws NoSuchThing, InvalidRequest;

  /**
   * A page of a run's metrics by key.
   *
   * @param prefix what the keys begin with; empty for all
   * @param containing what the keys contain; empty for all
   * @param after the last key of the page before; empty for the first page
   * @param limit 1 to 500
   */
  @GetExchange("/{id}/metric-keys")
  MetricKeys keys(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam(name = "prefix", defaultValue = "") String prefix,
      @RequestParam(name = "containing", defaultValue = "") String containing,
      @RequestParam(name = "after", defaultValue = "") String after,
      @RequestParam("limit") int limit)
      throws NoSuchThing, InvalidRequest;

  /**
   * One metric of several runs, in the order of the runs; those without it have no points.
   *
   * @param ids 1 to 50, whole
   * @param first the first step
   * @param last the last step
   * @param most how many points of each, 5 to 1,000
   * @param smoothing the weight of what was before, 0 (no smoothing) to 0.999; the smoothed curve
   *     follows the points by time from the run's first on, whatever the first step is
   */
  @GetExchange("/curves")
  List<Curve> curves(
      @PathVariable("project") Name project,
      @RequestParam("key") String key,
      @RequestParam("run") List<String> ids,
      @RequestParam("first") long first,
      @RequestParam("last") long last,
      @RequestParam("most") int most,
      @RequestParam("smoothing") double smoothing)
      throws InvalidRequest;

  /**
   * One file of a run.
   *
   * @param path exactly as it was logged
   */
  @GetExchange("/{id}/file")
  RunFiles.File file(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam("path") String path)
      throws NoSuchThing;

  /**
   * A run's files.
   *
   * @param under the folder; empty for all
   */
  @GetExchange("/{id}/files")
  RunFiles files(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam(name = "under", defaultValue = "") String under)
      throws NoSuchThing, InvalidRequest;

  /**
   * What a folder of a run holds directly.
   *
   * @param under the folder; empty for the root
   * @param after the last key of the part before; empty for the first
   * @param limit 1 to 500
   */
  @GetExchange("/{id}/folder")
  RunFolder folder(
      @PathVariable("project") Name project,
      @PathVariable("id") String id,
      @RequestParam(name = "under", defaultValue = "") String under,
      @RequestParam(name = "after", defaultValue = "") String after,
      @RequestParam("limit") int limit)
      throws NoSuchThing, InvalidRequest;
}
