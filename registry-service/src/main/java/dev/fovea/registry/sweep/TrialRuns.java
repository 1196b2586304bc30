package dev.fovea.registry.sweep;

import dev.fovea.kernel.Name;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.trial.TrialState;
import dev.fovea.registry.tracking.Experiment;
import dev.fovea.registry.tracking.Experiments;
import dev.fovea.registry.tracking.RunLog;
import dev.fovea.registry.tracking.RunStatus;
import dev.fovea.registry.tracking.TrackedRuns;
import dev.fovea.roles.Callers;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Each attempt at a trial is a run of MLflow's, with the trial's parameters. */
@Component
final class TrialRuns {
  private static final String SWEEP_TAG = "fovea.sweep";
  private static final String TRIAL_TAG = "fovea.sweep.trial";

  private final Experiments experiments;
  private final TrackedRuns runs;
  private final RunLog log;

  TrialRuns(Experiments experiments, TrackedRuns runs, RunLog log) {
    this.experiments = experiments;
    this.runs = runs;
    this.log = log;
  }

  /** The experiment of this name, made where there is none. */
  long experiment(Name project, String name) {
    return experiments
        .named(project, name)
        .map(Experiment::id)
        .orElseGet(() -> {
          try {
            return experiments.create(project, name, List.of());
          } catch (MlflowError e) {
            // Another sweep of the same experiment was a moment faster.
            return experiments.named(project, name).map(Experiment::id).orElseThrow(() -> e);
          }
        });
  }

  /** Begins a run and gives its id. */
  String begin(SweepRows.Row sweep, int number, Point point) {
    var name = sweep.plan().name();
    var run =
        runs.create(
            sweep.project(),
            String.valueOf(sweep.experiment()),
            new TrackedRuns.Start(
                Optional.of("%s-%d".formatted(name, number)),
                Callers.current().subject(),
                System.currentTimeMillis(),
                List.of(
                    new KeyValue(SWEEP_TAG, name.text()),
                    new KeyValue(TRIAL_TAG, String.valueOf(number)))));
    var params =
        sweep.plan().space().shown(point).entrySet().stream()
            .map(entry -> new KeyValue(entry.getKey(), String.valueOf(entry.getValue())))
            .toList();
    log.batch(sweep.project(), run.id(), List.of(), params, List.of());
    return run.id();
  }

  /**
   * Ends a run, in the states that MLflow's own storage for Optuna uses. One that somebody has
   * deleted is left alone.
   */
  void end(Name project, String run, TrialState state) {
    if (runs.find(project, run).filter(found -> found.lifecycle().equals("active")).isEmpty()) {
      return;
    }
    var status =
        switch (state) {
          case RUNNING -> RunStatus.RUNNING;
          case COMPLETE -> RunStatus.FINISHED;
          case PRUNED -> RunStatus.KILLED;
          case FAILED -> RunStatus.FAILED;
        };
    runs.update(
        project,
        run,
        Optional.of(status),
        Optional.of(System.currentTimeMillis()),
        Optional.empty());
  }
}
