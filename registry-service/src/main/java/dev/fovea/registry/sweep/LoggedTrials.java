package dev.fovea.registry.sweep;

import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.TrialState;
import dev.fovea.registry.tracking.RunStatus;
import java.util.List;
import java.util.OptionalDouble;
import org.springframework.stereotype.Component;

/**
 * Takes what a trial's run logged for its reports, and the run's end for its own, where the plan
 * names a metric; in the caller's transaction, which holds the sweep. It goes by what is so now: a
 * look that was missed, or comes twice, changes nothing. Nothing happens in the transaction that
 * logs, since that holds the run, and whoever holds the sweep may wait for the run.
 */
@Component("sweepLoggedTrials")
final class LoggedTrials {
  private static final int AT_ONCE = 1_000;

  private final TrialRows trials;
  private final ReportRows reports;
  private final LoggedRows logged;
  private final Judge judge;

  LoggedTrials(TrialRows trials, ReportRows reports, LoggedRows logged, Judge judge) {
    this.trials = trials;
    this.reports = reports;
    this.logged = logged;
    this.judge = judge;
  }

  /** Looks at one trial, and gives it as it is then. */
  TrialRows.Row look(SweepRows.Row sweep, TrialRows.Row row) {
    var source = sweep.plan().objectives().value();
    if (source.isEmpty() || !row.isRunning()) {
      return row;
    }
    // In this order: what a run logs comes before its end.
    var ended = logged.ended(row.run());
    takeReports(sweep, row, source.get().metric());
    ended.ifPresent(status -> trials.end(sweep.id(), row.number(), outcome(sweep, row, status)));
    logged.renew(sweep.id());
    trials.looked(sweep.id(), row.number());
    return trials.load(sweep.id(), row.number());
  }

  /** Looks at those of a sweep whose runs have ended, and hears which others are alive. */
  void lookAtEnded(SweepRows.Row sweep) {
    if (sweep.plan().objectives().value().isPresent()) {
      logged.ended(sweep.id()).forEach(number -> look(sweep, trials.load(sweep.id(), number)));
      logged.renew(sweep.id());
    }
  }

  /**
   * What a complete trial comes to; FAILED, with the reason, where a metric is not what it should
   * be.
   *
   * @param told what the plan does not take from a metric
   */
  Outcome complete(SweepRows.Row sweep, String run, Told told) {
    var objectives = sweep.plan().objectives();
    var value = told.value();
    if (objectives.value().isPresent()) {
      var source = objectives.value().get();
      value =
          switch (source.take()) {
            case LAST -> logged.last(run, source.metric());
            case BEST -> logged.best(run, source.metric(), sweep.plan().goal());
          };
      if (value.isEmpty() || Double.isNaN(value.getAsDouble())) {
        return Outcome.failed(without(source.metric(), value, "a number"));
      }
    }
    var latency = told.latency();
    var metric = objectives.latency().flatMap(Objectives.Latency::metric);
    if (metric.isPresent()) {
      latency = logged.last(run, metric.get());
      if (latency.isEmpty() || !Told.isLatency(latency.getAsDouble())) {
        return Outcome.failed(without(metric.get(), latency, "milliseconds above 0"));
      }
    }
    return Outcome.complete(value.orElseThrow(), latency);
  }

  private static String without(String metric, OptionalDouble value, String expected) {
    return value.isPresent()
        ? "its run logged %s for '%s' (expected: %s)"
            .formatted(value.getAsDouble(), metric, expected)
        : "its run logged nothing for '%s'".formatted(metric);
  }

  private Outcome outcome(SweepRows.Row sweep, TrialRows.Row row, RunStatus status) {
    if (status == RunStatus.FAILED) {
      return Outcome.failed("its run failed");
    }
    if (row.stopped()) {
      return Outcome.pruned();
    }
    if (status == RunStatus.KILLED) {
      return Outcome.failed("its run was killed");
    }
    return complete(
        sweep,
        row.run(),
        new Told(TrialState.COMPLETE, OptionalDouble.empty(), OptionalDouble.empty()));
  }

  private void takeReports(SweepRows.Row sweep, TrialRows.Row row, String metric) {
    while (true) {
      var news = logged.untaken(sweep.id(), row, metric, AT_ONCE);
      if (news.isEmpty()) {
        return;
      }
      var before = reports.curve(sweep.id(), row.number());
      int room = Judge.MOST_REPORTS - before.reports().size();
      List<Report> taken = news.subList(0, Math.clamp(room, 0, news.size()));
      if (taken.isEmpty()) {
        return;
      }
      judge.take(sweep, row.number(), before, taken);
    }
  }
}
