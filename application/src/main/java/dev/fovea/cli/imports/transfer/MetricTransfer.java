package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.HeldKey;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the whole histories of a run's metrics. Both sides are compared as sets of points, so that
 * nothing is sent where both have the same; else all is sent, since the server passes over what it
 * has.
 */
final class MetricTransfer {
  private static final int BATCH = 1_000;

  private final Source source;
  private final Fovea fovea;
  private final Remarks remarks;
  private final Tally inSource;
  private final Tally here;

  MetricTransfer(Source source, Fovea fovea, Remarks remarks, Tally inSource, Tally here) {
    this.source = source;
    this.fovea = fovea;
    this.remarks = remarks;
    this.inSource = inSource;
    this.here = here;
  }

  /**
   * Sends what is missing.
   *
   * @param there the run as the server has it
   */
  void bring(String whose, SourceRun run, Fovea.Run there) throws IOException {
    var wanted = inSource(whose, run);
    var found = here(there);
    if (!found.equals(wanted)) {
      send(whose, run, there.id());
      found = here(fovea.run(there.id()));
    }
    inSource.points(wanted.points());
    if (found.equals(wanted)) {
      here.points(found.points());
    } else {
      here.points(Math.min(found.points(), wanted.points()));
      remarks.fault(
          "metrics of %s: %d points here, %d in the source%s"
              .formatted(
                  whose,
                  found.points(),
                  wanted.points(),
                  found.points() == wanted.points() ? ", and not the same ones" : ""));
    }
  }

  private PointSet.Sum inSource(String whose, SourceRun run) throws IOException {
    try (var set = new PointSet()) {
      points(whose, run, set::add);
      return set.sum();
    }
  }

  private PointSet.Sum here(Fovea.Run run) throws IOException {
    try (var set = new PointSet()) {
      fovea.points(run, set::add);
      return set.sum();
    }
  }

  private void send(String whose, SourceRun run, String id) throws IOException {
    var batch = new ArrayList<Map<String, Object>>();
    points(
        whose,
        run,
        point -> {
          batch.add(message(point));
          if (batch.size() == BATCH) {
            fovea.log(id, batch, List.of(), List.of());
            batch.clear();
          }
        });
    if (!batch.isEmpty()) {
      fovea.log(id, batch, List.of(), List.of());
    }
  }

  /** The source's points under the keys that Fovea holds. */
  private void points(String whose, SourceRun run, Each<Point> each) throws IOException {
    var keys = new HashMap<String, String>();
    source.points(
        run,
        point -> {
          if (point.atMillis() < 0) {
            remarks.fault(
                "metric '%s' of %s has a point at %d ms before 1970, which is not kept"
                    .formatted(Text.excerpt(point.key()), whose, -point.atMillis()));
            return;
          }
          var key = keys.computeIfAbsent(point.key(), this::held);
          each.take(
              key.equals(point.key())
                  ? point
                  : new Point(key, point.value(), point.atMillis(), point.step()));
        });
  }

  private String held(String key) {
    var held = HeldKey.of(key);
    if (!held.equals(key)) {
      remarks.note("metric '%s' is kept as '%s'".formatted(Text.excerpt(key), Text.excerpt(held)));
    }
    return held;
  }

  /** MLflow's message of a point. */
  static Map<String, Object> message(Point point) {
    return Map.of(
        "key",
        point.key(),
        "value",
        Double.isNaN(point.value()) ? "NaN" : point.value(),
        "timestamp",
        point.atMillis(),
        "step",
        point.step());
  }
}
