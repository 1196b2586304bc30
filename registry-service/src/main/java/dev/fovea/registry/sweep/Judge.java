package dev.fovea.registry.sweep;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.registry.sweep.pruner.Curve;
import dev.fovea.registry.sweep.pruner.NeverPruning;
import dev.fovea.registry.sweep.pruner.Verdict;
import dev.fovea.registry.sweep.trial.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/**
 * Takes reports, and decides whether their trial goes on; in the caller's transaction, which holds
 * the sweep. A step's first report counts.
 */
@Component("sweepJudge")
final class Judge {
  static final int MOST_REPORTS = 10_000;

  private final SweepRows sweeps;
  private final TrialRows trials;
  private final ReportRows reports;

  Judge(SweepRows sweeps, TrialRows trials, ReportRows reports) {
    this.sweeps = sweeps;
    this.trials = trials;
    this.reports = reports;
  }

  /** Whether a trial stops after a report that a worker sends. */
  boolean stops(SweepRows.Row sweep, int number, Report report) {
    return reports
        .decided(sweep.id(), number, report.step())
        .orElseGet(() -> {
          var before = reports.curve(sweep.id(), number);
          int all = before.reports().size() + 1;
          if (all > MOST_REPORTS) {
            throw new InvalidRequest(
                "trial %d: %d reports (expected: at most %d)".formatted(number, all, MOST_REPORTS),
                "report less often, once an epoch");
          }
          return take(sweep, number, before, List.of(report));
        });
  }

  /**
   * Takes what a trial's run logged, each as a report of its own.
   *
   * @param before what was taken already
   * @param news of other steps, in the order in which they are judged
   * @return whether the trial stops after the last of them
   */
  boolean take(SweepRows.Row sweep, int number, Curve before, List<Report> news) {
    var all = new ArrayList<>(before.reports());
    int rungs = before.rungs();
    var minResource = sweeps.minResource(sweep.id());
    boolean stops = false;
    for (var report : news) {
      all.add(report);
      var verdict = verdict(sweep, new Seen(all, rungs, minResource));
      for (int rung = rungs; rung < verdict.rungs(); rung++) {
        reports.complete(sweep.id(), number, rung, sweep.plan().goal().loss(last(all).value()));
      }
      if (verdict.minResource().isPresent()) {
        minResource = verdict.minResource();
        sweeps.settle(sweep.id(), minResource.getAsLong());
      }
      rungs = verdict.rungs();
      stops = verdict.stop();
      reports.add(sweep.id(), number, report, stops);
    }
    trials.last(sweep.id(), number, last(all));
    return stops;
  }

  private Verdict verdict(SweepRows.Row sweep, Seen seen) {
    // A curve is sorted anew for each report, which is for nothing where nobody looks at it.
    return sweep.plan().pruner() instanceof NeverPruning
        ? new Verdict(false, seen.rungs(), OptionalLong.empty())
        : sweep
            .plan()
            .pruner()
            .judge(
                new Curve(seen.reports(), seen.rungs()),
                reports.standings(sweep.id(), seen.minResource()));
  }

  private static Report last(List<Report> reports) {
    var last = reports.getFirst();
    for (var report : reports) {
      last = report.step() > last.step() ? report : last;
    }
    return last;
  }

  private record Seen(List<Report> reports, int rungs, OptionalLong minResource) {}
}
