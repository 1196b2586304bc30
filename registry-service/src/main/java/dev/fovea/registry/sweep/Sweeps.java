package dev.fovea.registry.sweep;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.sweep.SweepAnswers.Asked;
import dev.fovea.registry.sweep.SweepAnswers.Best;
import dev.fovea.registry.sweep.SweepAnswers.Decision;
import dev.fovea.registry.sweep.SweepAnswers.Ended;
import dev.fovea.registry.sweep.SweepAnswers.Progress;
import dev.fovea.registry.sweep.SweepAnswers.Work;
import dev.fovea.registry.sweep.TrialRows.Holder;
import dev.fovea.registry.sweep.pruner.Curve;
import dev.fovea.registry.sweep.pruner.Verdict;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.TrialState;
import dev.fovea.roles.Callers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives trials to workers and hears of them. Each call holds its sweep's row, so that two workers
 * never get the same trial and a decision sees all that was reported before.
 */
@Component
final class Sweeps {
  private static final int MOST_ATTEMPTS = 3;
  private static final int MOST_REPORTS = 10_000;

  private final SweepRows sweeps;
  private final TrialRows trials;
  private final ReportRows reports;
  private final TrialRuns runs;
  private final TransactionTemplate transaction;
  private final Acts acts;

  Sweeps(
      SweepRows sweeps,
      TrialRows trials,
      ReportRows reports,
      TrialRuns runs,
      TransactionTemplate transaction,
      Acts acts) {
    this.sweeps = sweeps;
    this.trials = trials;
    this.reports = reports;
    this.runs = runs;
    this.transaction = transaction;
    this.acts = acts;
  }

  /** Makes a sweep, once for its name. */
  Progress create(Name project, SweepPlan plan) {
    if (sweeps.isNew(project, plan)) {
      long experiment = runs.experiment(project, plan.experiment());
      transaction.executeWithoutResult(_ -> {
        if (sweeps.add(project, experiment, plan, Callers.current().subject())) {
          acts.done(project, "made sweep", plan.name().text());
        }
      });
      // Somebody else may have made another of this name since.
      sweeps.isNew(project, plan);
    }
    return progress(project, plan.name());
  }

  /** How far it is. */
  Progress progress(Name project, Name name) {
    var sweep = sweeps.load(project, name);
    var all = trials.all(sweep.id());
    var counts = new EnumMap<TrialState, Integer>(TrialState.class);
    all.forEach(row -> counts.merge(row.trial().state(), 1, Integer::sum));
    return new Progress(
        name,
        sweep.plan().trials(),
        counts,
        all.stream()
            .filter(row -> row.trial().state() == TrialState.COMPLETE)
            .min(
                Comparator.comparingDouble(
                    row -> sweep.plan().goal().loss(row.trial().value().orElseThrow())))
            .map(row ->
                new Best(
                    row.number(),
                    row.trial().value().orElseThrow(),
                    sweep.plan().space().shown(row.trial().point()),
                    row.run())));
  }

  /**
   * Gives a trial: one whose holder was not heard of in time, else a new one. The same key gets the
   * same trial.
   */
  Asked ask(Name project, Name name, Holder holder) {
    return together(() -> {
      var sweep = sweeps.lock(project, name);
      var all = trials.all(sweep.id());
      var asked = all.stream().filter(row -> row.key().equals(holder.key())).findFirst();
      if (asked.isPresent()) {
        return again(sweep, asked.get());
      }
      var waiting = new ArrayList<TrialRows.Row>();
      for (var row : all) {
        if (row.isRunning() && row.isLate() && row.attempt() < MOST_ATTEMPTS) {
          runs.end(project, row.run(), TrialState.FAILED);
          var run = runs.begin(sweep, row.number(), row.trial().point());
          trials.take(sweep.id(), row.number(), run, holder);
          return work(sweep, row.number());
        }
        if (row.isRunning() && row.isLate()) {
          runs.end(project, row.run(), TrialState.FAILED);
          trials.end(sweep.id(), row.number(), TrialState.FAILED, OptionalDouble.empty());
        } else if (row.isRunning()) {
          waiting.add(row);
        }
      }
      return fresh(sweep, holder).orElseGet(() -> nothingNew(waiting));
    });
  }

  private Asked again(SweepRows.Row sweep, TrialRows.Row row) {
    if (!row.isRunning()) {
      throw new SweepConflict(
          "key '%s' was used for trial %d, which is %s"
              .formatted(row.key(), row.number(), row.trial().state()),
          "send a new key with each question");
    }
    trials.renew(sweep.id(), row.number());
    return work(sweep, row.number());
  }

  private Optional<Asked> fresh(SweepRows.Row sweep, Holder holder) {
    var history = trials.all(sweep.id()).stream().map(TrialRows.Row::trial).toList();
    int number = history.size();
    if (number >= sweep.plan().trials()) {
      return Optional.empty();
    }
    return sweep
        .plan()
        .sampler()
        .next(number, history)
        .map(point -> {
          trials.add(sweep.id(), number, point, runs.begin(sweep, number, point), holder);
          return work(sweep, number);
        });
  }

  private static Asked nothingNew(List<TrialRows.Row> waiting) {
    return waiting.isEmpty() ? Asked.done() : Asked.await();
  }

  private Asked work(SweepRows.Row sweep, int number) {
    var row = trials.load(sweep.id(), number);
    return Asked.of(
        new Work(
            number,
            sweep.plan().space().shown(row.trial().point()),
            row.run(),
            row.lease(),
            row.leaseEnds()));
  }

  /** Keeps a report, and decides whether the trial goes on. A step's first report counts. */
  Decision report(Name project, Name name, int number, String lease, Report report) {
    return together(() -> {
      var sweep = sweeps.lock(project, name);
      var row = held(sweep, number, lease);
      boolean stop =
          reports
              .decided(sweep.id(), number, report.step())
              .orElseGet(() -> judge(sweep, row, report));
      trials.renew(sweep.id(), number);
      return new Decision(
          stop ? Decision.Kind.STOP : Decision.Kind.CONTINUE,
          trials.load(sweep.id(), number).leaseEnds());
    });
  }

  private boolean judge(SweepRows.Row sweep, TrialRows.Row row, Report report) {
    var before = reports.curve(sweep.id(), row.number());
    if (before.reports().size() >= MOST_REPORTS) {
      throw new InvalidRequest(
          "trial %d: %d reports (expected: at most %d)"
              .formatted(row.number(), before.reports().size() + 1, MOST_REPORTS),
          "report less often, once an epoch");
    }
    var all = new ArrayList<>(before.reports());
    all.add(report);
    var curve = new Curve(all, before.rungs());
    var last = curve.reports().getLast();
    Verdict verdict = sweep.plan().pruner().judge(curve, reports.standings(sweep));
    for (int rung = before.rungs(); rung < verdict.rungs(); rung++) {
      reports.complete(sweep.id(), row.number(), rung, sweep.plan().goal().loss(last.value()));
    }
    verdict.minResource().ifPresent(resource -> sweeps.settle(sweep.id(), resource));
    reports.add(sweep.id(), row.number(), report, verdict.stop());
    trials.last(sweep.id(), row.number(), last);
    return verdict.stop();
  }

  /** Ends a trial. To say the same twice is to say it once. */
  Ended tell(
      Name project, Name name, int number, String lease, TrialState state, OptionalDouble value) {
    return together(() -> {
      var sweep = sweeps.lock(project, name);
      var row = trials.load(sweep.id(), number);
      boolean told =
          row.lease().equals(lease)
              && row.trial().state() == state
              && row.trial().value().equals(value);
      if (!told) {
        held(sweep, number, lease);
        trials.end(sweep.id(), number, state, value);
        runs.end(project, row.run(), state);
      }
      return new Ended(number, state, row.run());
    });
  }

  /** The trial, where this lease is the one that counts: also past its end, until another asks. */
  private TrialRows.Row held(SweepRows.Row sweep, int number, String lease) {
    var row = trials.load(sweep.id(), number);
    if (!row.isRunning()) {
      throw new SweepConflict(
          "trial %d of sweep '%s' is %s"
              .formatted(number, sweep.plan().name(), row.trial().state()),
          "ask for another trial");
    }
    if (!row.lease().equals(lease)) {
      throw new SweepConflict(
          "trial %d of sweep '%s' was given to another worker: the lease had ended"
              .formatted(number, sweep.plan().name()),
          "stop this run, ask for another trial, and report more often or ask for a longer lease");
    }
    return row;
  }

  private <T> T together(Supplier<T> work) {
    return Objects.requireNonNull(transaction.execute(_ -> work.get()));
  }
}
