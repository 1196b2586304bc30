package dev.fovea.registry.sweep.sampler;

import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.Trial;
import dev.fovea.registry.sweep.trial.TrialState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * The good trials and the rest, each by number. Complete trials rank before pruned ones; these by
 * how far they came, then by their last value. Those that still run count among the rest, so that
 * workers beside each other do not all try the same (the constant liar).
 */
record Ranking(List<Trial> good, List<Trial> rest) {
  private static final int MOST_GOOD = 25;

  static Ranking of(List<Trial> trials, Goal goal) {
    var learnt = new ArrayList<Trial>();
    trials.stream().filter(Trial::isLearnt).forEach(learnt::add);
    learnt.sort(order(goal));
    int count = Math.min((learnt.size() + 9) / 10, MOST_GOOD);
    var good = new HashSet<>(learnt.subList(0, count));
    return new Ranking(
        trials.stream().filter(good::contains).toList(),
        trials.stream()
            .filter(trial -> trial.state() != TrialState.FAILED && !good.contains(trial))
            .toList());
  }

  private static Comparator<Trial> order(Goal goal) {
    return Comparator.<Trial>comparingInt(trial -> trial.state() == TrialState.COMPLETE ? 0 : 1)
        .thenComparingLong(trial -> trial.state() == TrialState.COMPLETE ? 0 : pruned(trial))
        .thenComparingDouble(trial -> loss(trial, goal));
  }

  private static long pruned(Trial trial) {
    return trial.last().map(report -> -report.step()).orElse(1L);
  }

  private static double loss(Trial trial, Goal goal) {
    double value =
        trial.state() == TrialState.COMPLETE
            ? trial.value().orElseThrow()
            : trial.last().map(Report::value).orElse(0.0);
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : goal.loss(value);
  }
}
