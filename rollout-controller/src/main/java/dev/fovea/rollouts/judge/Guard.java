package dev.fovea.rollouts.judge;

import dev.fovea.rollouts.Rollout.Measure;
import dev.fovea.rollouts.judge.OddsRatio.Table;
import java.util.ArrayList;

/** What is known of one measure. */
record Guard(
    long stableBad,
    long stableTotal,
    long canaryBad,
    long canaryTotal,
    EProcess process,
    Trace trace) {
  static final Guard START = new Guard(0, 0, 0, 0, EProcess.START, Trace.EMPTY);

  Guard after(Table window, double margin) {
    var next = process.after(window, margin);
    return new Guard(
        stableBad + window.stableBad(),
        stableTotal + window.stableTotal(),
        canaryBad + window.canaryBad(),
        canaryTotal + window.canaryTotal(),
        next,
        trace.with(next.evidence()));
  }

  Measure shown(String name, String meaning, double boundary) {
    var points = new ArrayList<>(trace.points());
    if (!points.isEmpty()) {
      points.set(points.size() - 1, process.evidence());
    }
    return new Measure(
        name,
        meaning,
        stableBad,
        stableTotal,
        canaryBad,
        canaryTotal,
        process.evidence(),
        boundary,
        points);
  }
}
