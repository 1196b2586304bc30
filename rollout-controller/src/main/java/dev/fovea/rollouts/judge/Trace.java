package dev.fovea.rollouts.judge;

import java.util.ArrayList;
import java.util.List;

/**
 * A curve of at most 240 points: when it is full every second point goes, and from then on only
 * every second is added.
 *
 * @param every which windows are kept
 * @param windows how many there were
 */
record Trace(List<Double> points, int every, long windows) {
  private static final int MOST = 240;

  static final Trace EMPTY = new Trace(List.of(), 1, 0);

  Trace {
    points = List.copyOf(points);
  }

  Trace with(double point) {
    long count = windows + 1;
    if (windows % every != 0) {
      return new Trace(points, every, count);
    }
    var longer = new ArrayList<>(points);
    longer.add(point);
    if (longer.size() <= MOST) {
      return new Trace(longer, every, count);
    }
    var thinned = new ArrayList<Double>();
    for (int i = 0; i < longer.size(); i += 2) {
      thinned.add(longer.get(i));
    }
    return new Trace(thinned, every * 2, count);
  }
}
