package dev.fovea.registry.tracking;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Curve;
import dev.fovea.registry.MetricKeys;
import dev.fovea.registry.RunExcerpt;
import dev.fovea.registry.RunFiles;
import dev.fovea.registry.RunFolder;
import dev.fovea.registry.RunViews;
import dev.fovea.registry.metrics.MetricCurves;
import dev.fovea.registry.metrics.MetricHistories.Steps;
import dev.fovea.registry.metrics.MetricKeyRows;
import java.util.List;
import org.springframework.web.bind.annotation.RestController;

/** Answers within the bounds that it checks first. */
@RestController
class RunViewsEndpoint implements RunViews {
  private static final int MOST_NEWEST = 500;
  private static final int FEWEST_POINTS = 5;
  private static final double MOST_SMOOTHING = 0.999;

  private final ExcerptRows excerpts;
  private final MetricKeyRows keys;
  private final MetricCurves curves;
  private final RunFileRows files;

  RunViewsEndpoint(
      ExcerptRows excerpts, MetricKeyRows keys, MetricCurves curves, RunFileRows files) {
    this.excerpts = excerpts;
    this.keys = keys;
    this.curves = curves;
    this.files = files;
  }

  @Override
  public List<RunExcerpt> newest(Name project, int limit, int each) {
    requireBetween("limit", limit, 1, MOST_NEWEST);
    requireBetween("each", each, 1, MOST_VALUES);
    return excerpts.read(project, excerpts.newest(project, limit), "", each);
  }

  @Override
  public List<RunExcerpt> of(Name project, List<String> ids, String containing, int each) {
    requireBetween("runs", ids.size(), 1, MOST_RUNS);
    requireBetween("each", each, 1, MOST_VALUES);
    var whole = ids.stream().map(id -> excerpts.id(project, id)).distinct().toList();
    return excerpts.read(project, whole, containing, each);
  }

  @Override
  public MetricKeys keys(
      Name project, String id, String prefix, String containing, String after, int limit) {
    requireBetween("limit", limit, 1, MOST_VALUES);
    return keys.page(excerpts.id(project, id), prefix, containing, after, limit);
  }

  @Override
  public List<Curve> curves(
      Name project,
      String key,
      List<String> ids,
      long first,
      long last,
      int most,
      double smoothing) {
    requireBetween("runs", ids.size(), 1, MOST_RUNS);
    requireBetween("most", most, FEWEST_POINTS, MOST_POINTS);
    if (!(smoothing >= 0 && smoothing <= MOST_SMOOTHING)) {
      throw new InvalidRequest(
          "smoothing: %s (expected: 0 to %s)".formatted(smoothing, MOST_SMOOTHING),
          "give a weight in this range; 0 does not smooth");
    }
    if (first > last) {
      throw new InvalidRequest(
          "first: %d, last: %d (expected: first <= last)".formatted(first, last),
          "exchange the steps");
    }
    return curves.of(project, ids, key, new Steps(first, last), most, smoothing);
  }

  @Override
  public RunFiles files(Name project, String id, String under) {
    return files.of(excerpts.id(project, id), under);
  }

  @Override
  public RunFiles.File file(Name project, String id, String path) {
    return files
        .find(excerpts.id(project, id), path)
        .orElseThrow(() -> new NoSuchThing("file", path, "the run's page lists its files"));
  }

  @Override
  public RunFolder folder(Name project, String id, String under, String after, int limit) {
    requireBetween("limit", limit, 1, MOST_VALUES);
    return files.folder(excerpts.id(project, id), under, after, limit);
  }

  private static void requireBetween(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidRequest(
          "%s: %d (expected: %d to %d)".formatted(what, value, least, most),
          "give a number in this range");
    }
  }
}
