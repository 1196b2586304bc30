package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Run;
import dev.fovea.registry.RunAlert;
import dev.fovea.registry.Runs;
import dev.fovea.registry.alerts.AlertRows;
import dev.fovea.registry.metrics.MetricHistories;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.RestController;

/** Runs as Fovea's own pages and jobs see them. */
@RestController
class RunsEndpoint implements Runs {
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{8,32}");
  private static final int MOST = 500;
  private static final int MOST_POINTS = 240;

  private final TrackedRuns runs;
  private final RunSearch search;
  private final MetricHistories histories;
  private final JobRuns jobs;
  private final AlertRows alerts;

  RunsEndpoint(
      TrackedRuns runs,
      RunSearch search,
      MetricHistories histories,
      JobRuns jobs,
      AlertRows alerts) {
    this.runs = runs;
    this.search = search;
    this.histories = histories;
    this.jobs = jobs;
    this.alerts = alerts;
  }

  @Override
  public List<Run> newest(Name project, int limit) {
    if (limit < 1 || limit > MOST) {
      throw new InvalidRequest(
          "limit: %d (expected: 1 to %d)".formatted(limit, MOST), "give a limit in this range");
    }
    return search.newest(project, limit).stream().map(RunsEndpoint::run).toList();
  }

  @Override
  public Run run(Name project, String id) {
    return run(load(project, id));
  }

  @Override
  public List<Run.MetricPoint> history(Name project, String id, String key) {
    var whole = List.of(load(project, id).id());
    return histories.sample(project, whole, key, MetricHistories.Steps.ALL, MOST_POINTS).stream()
        .map(MetricHistories.OfRun::metric)
        .map(point ->
            new Run.MetricPoint(point.value(), point.step(), Limits.instant(point.atMillis())))
        .toList();
  }

  @Override
  public Run log(Name project, Finished run) {
    return run(runs.load(project, jobs.log(project, run)));
  }

  @Override
  public List<RunAlert> alerts(Name project, String id) {
    return alerts.of(load(project, id).id());
  }

  private TrackedRun load(Name project, String id) {
    var found =
        DIGITS.matcher(id).matches() ? search.beginningWith(project, id) : List.<TrackedRun>of();
    if (found.size() > 1) {
      throw new NoSuchThing("single run that begins with", id, "write more digits of the id");
    }
    return found.stream()
        .findFirst()
        .orElseThrow(() ->
            new NoSuchThing(
                "run",
                id,
                "'fovea run list --project %s' shows those that exist".formatted(project)));
  }

  private static Run run(TrackedRun run) {
    var values = new TreeMap<String, Double>();
    run.metrics().forEach(metric -> values.put(metric.key(), metric.value()));
    return new Run(
        run.project(),
        run.id(),
        run.name(),
        run.experimentName(),
        run.status(),
        Limits.instant(run.startedMillis()),
        run.endedMillis().map(Limits::instant),
        map(run.params()),
        values,
        map(run.tags()),
        run.datasets().stream()
            .map(used ->
                new Run.DatasetUse(used.name(), used.digest(), version(run, used), used.context()))
            .toList());
  }

  private static Optional<Digest> version(TrackedRun run, DatasetInput used) {
    return used.version()
        .or(() ->
            run.datasets().size() == 1
                ? run.tag(DatasetInput.VERSION_TAG).flatMap(DatasetInput::namedVersion)
                : Optional.empty());
  }

  private static Map<String, String> map(List<KeyValue> pairs) {
    var map = new TreeMap<String, String>();
    pairs.forEach(pair -> map.put(pair.key(), pair.value()));
    return map;
  }
}
