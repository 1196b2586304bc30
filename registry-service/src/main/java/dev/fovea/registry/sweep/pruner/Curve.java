package dev.fovea.registry.sweep.pruner;

import dev.fovea.registry.sweep.trial.Report;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one trial reported.
 *
 * @param reports by ascending step, one for each; where a step was reported twice, the first counts
 * @param rungs how many rungs of successive halving the trial has completed
 */
public record Curve(List<Report> reports, int rungs) {
  public Curve {
    var bySteps = new TreeMap<Long, Report>();
    reports.forEach(report -> bySteps.putIfAbsent(report.step(), report));
    reports = List.copyOf(bySteps.values());
  }

  /** The report of the largest step. */
  Optional<Report> last() {
    return reports.isEmpty() ? Optional.empty() : Optional.of(reports.getLast());
  }

  /** The largest step before the last one. */
  Optional<Report> lastButOne() {
    return reports.size() < 2 ? Optional.empty() : Optional.of(reports.get(reports.size() - 2));
  }
}
