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
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.TrialState;
import dev.fovea.roles.Callers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

  private final SweepRows sweeps;
  private final TrialRows trials;
  private final ReportRows reports;
  private final TrialRuns runs;
  private final Judge judge;
  private final LoggedTrials logged;
  private final TransactionTemplate transaction;
  private final Acts acts;

  Sweeps(
      SweepRows sweeps,
      TrialRows trials,
      ReportRows reports,
      TrialRuns runs,
      Judge judge,
      LoggedTrials logged,
      TransactionTemplate transaction,
      Acts acts) {
    this.sweeps = sweeps;
    this.trials = trials;
    this.reports = reports;
    this.runs = runs;
    this.judge = judge;
    this.logged = logged;
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
    var goal = sweep.plan().goal();
    var complete = all.stream().filter(row -> row.trial().state() == TrialState.COMPLETE).toList();
    var front =
        sweep.plan().objectives().latency().isEmpty()
            ? List.<TrialRows.Row>of()
            : Front.of(
                complete, row -> loss(goal, row), row -> row.trial().latency().orElseThrow());
    return new Progress(
        name,
        sweep.plan().trials(),
        counts,
        complete.stream()
            .min(Comparator.comparingDouble(row -> loss(goal, row)))
            .map(row -> best(sweep, row)),
        front.stream().map(row -> best(sweep, row)).toList());
  }

  private static double loss(Goal goal, TrialRows.Row row) {
    return goal.loss(row.trial().value().orElseThrow());
  }

  private static Best best(SweepRows.Row sweep, TrialRows.Row row) {
    var latency = row.trial().latency();
    return new Best(
        row.number(),
        row.trial().value().orElseThrow(),
        latency.isPresent() ? Optional.of(latency.getAsDouble()) : Optional.empty(),
        sweep.plan().space().shown(row.trial().point()),
        row.run());
  }

  /**
   * Gives a trial: one whose holder was not heard of in time, else a new one. The same key gets the
   * same trial.
   */
  Asked ask(Name project, Name name, Holder holder) {
    return together(() -> {
      var sweep = sweeps.lock(project, name);
      logged.lookAtEnded(sweep);
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
          trials.end(
              sweep.id(),
              row.number(),
              Outcome.failed("%d workers were not heard of again".formatted(MOST_ATTEMPTS)));
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
      var row = held(sweep, logged.look(sweep, trials.load(sweep.id(), number)), lease);
      return decision(sweep, row, judge.stops(sweep, number, report));
    });
  }

  /**
   * Decides whether the trial goes on by what it reported, or its run logged, until now. Once it
   * shall stop, that stays so.
   */
  Decision decide(Name project, Name name, int number, String lease) {
    return together(() -> {
      var sweep = sweeps.lock(project, name);
      var row = held(sweep, logged.look(sweep, trials.load(sweep.id(), number)), lease);
      return decision(sweep, row, row.stopped() || reports.stopped(sweep.id(), number));
    });
  }

  private Decision decision(SweepRows.Row sweep, TrialRows.Row row, boolean stop) {
    if (stop && !row.stopped()) {
      trials.stop(sweep.id(), row.number());
    }
    trials.renew(sweep.id(), row.number());
    return new Decision(
        stop ? Decision.Kind.STOP : Decision.Kind.CONTINUE,
        trials.load(sweep.id(), row.number()).leaseEnds());
  }

  /** Ends a trial. To say the same twice is to say it once. */
  Ended tell(Name project, Name name, int number, String lease, Told told) {
    return together(() -> {
      var sweep = sweeps.lock(project, name);
      told.check(sweep.plan().objectives());
      var row = logged.look(sweep, trials.load(sweep.id(), number));
      if (!isTold(row, lease, told)) {
        held(sweep, row, lease);
        trials.end(sweep.id(), number, outcome(sweep, row, told));
        runs.end(project, row.run(), told.state());
      }
      return new Ended(number, told.state(), row.run());
    });
  }

  private static boolean isTold(TrialRows.Row row, String lease, Told told) {
    return row.lease().equals(lease)
        && row.trial().state() == told.state()
        && (told.value().isEmpty() || told.value().equals(row.trial().value()))
        && (told.latency().isEmpty() || told.latency().equals(row.trial().latency()));
  }

  private Outcome outcome(SweepRows.Row sweep, TrialRows.Row row, Told told) {
    return switch (told.state()) {
      case RUNNING -> throw new IllegalArgumentException("RUNNING is no end");
      case PRUNED -> Outcome.pruned();
      case FAILED -> Outcome.failed("");
      case COMPLETE -> {
        var outcome = logged.complete(sweep, row.run(), told);
        if (outcome.state() != TrialState.COMPLETE) {
          throw new InvalidRequest(
              "trial %d of sweep '%s' has no value: %s"
                  .formatted(row.number(), sweep.plan().name(), outcome.note()),
              "log it before, or tell failed");
        }
        yield outcome;
      }
    };
  }

  /** The trial, where this lease is the one that counts: also past its end, until another asks. */
  private static TrialRows.Row held(SweepRows.Row sweep, TrialRows.Row row, String lease) {
    if (!row.isRunning()) {
      throw new SweepConflict(
          "trial %d of sweep '%s' is %s"
              .formatted(row.number(), sweep.plan().name(), row.trial().state()),
          "ask for another trial");
    }
    if (!row.lease().equals(lease)) {
      throw new SweepConflict(
          "trial %d of sweep '%s' was given to another worker: the lease had ended"
              .formatted(row.number(), sweep.plan().name()),
          "stop this run, ask for another trial, and report more often or ask for a longer lease");
    }
    return row;
  }

  private <T> T together(Supplier<T> work) {
    return Objects.requireNonNull(transaction.execute(_ -> work.get()));
  }
}
