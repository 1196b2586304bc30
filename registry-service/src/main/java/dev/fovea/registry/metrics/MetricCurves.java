package dev.fovea.registry.metrics;

import dev.fovea.kernel.Name;
import dev.fovea.registry.Curve;
import dev.fovea.registry.Run.MetricPoint;
import dev.fovea.registry.RunViews;
import dev.fovea.registry.metrics.MetricEnvelopes.Extent;
import dev.fovea.registry.metrics.MetricHistories.OfRun;
import dev.fovea.registry.metrics.MetricHistories.Steps;
import dev.fovea.registry.protocol.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Metrics as they are drawn: the sample of {@link MetricHistories}, or {@link MetricEnvelopes}
 * where a sample would take too long, since only a part of the steps is asked for or the blocks of
 * so many points are not made yet; counted and smoothed.
 */
@Component
public final class MetricCurves {
  private static final int ROWS_AT_ONCE = 10_000;
  private static final int SECONDS = 10;

  /** A sample sorts all points twice. */
  private static final long MOST_SORTED = 20_000;

  private final MetricHistories histories;
  private final MetricEnvelopes envelopes;
  private final JdbcClient streams;
  private final TransactionTemplate transaction;

  MetricCurves(
      MetricHistories histories,
      MetricEnvelopes envelopes,
      DataSource source,
      TransactionTemplate transaction) {
    var template = new JdbcTemplate(source);
    template.setFetchSize(ROWS_AT_ONCE);
    template.setQueryTimeout(SECONDS);
    this.histories = histories;
    this.envelopes = envelopes;
    this.streams = JdbcClient.create(template);
    this.transaction = transaction;
  }

  /**
   * The curves of these runs, in their order.
   *
   * @param smoothing as {@link Smoothing} takes it; 0 for none
   */
  public List<Curve> of(
      Name project, List<String> runs, String key, Steps steps, int most, double smoothing) {
    var own = owned(project, runs);
    return runs.stream()
        .map(run ->
            own.contains(run)
                ? curve(project, run, key, steps, most, smoothing)
                : new Curve(run, 0, List.of(), List.of()))
        .toList();
  }

  private Set<String> owned(Name project, List<String> runs) {
    return streams
        .sql("select id from registry.run where project = ? and id = any(?)")
        .params(project.text(), runs.toArray(String[]::new))
        .query((row, _) -> row.getString("id"))
        .set();
  }

  private Curve curve(
      Name project, String run, String key, Steps steps, int most, double smoothing) {
    var extent = envelopes.extent(run, key, steps);
    var drawn =
        extent.points() > MOST_SORTED && extent.isWide()
            ? ofMany(project, run, key, steps, extent, most)
            : histories.sample(project, List.of(run), key, steps, most).stream()
                .map(OfRun::metric)
                .toList();
    return new Curve(
        run,
        extent.points(),
        drawn.stream().map(MetricCurves::point).toList(),
        smoothing == 0 || drawn.isEmpty() ? List.of() : smoothed(run, key, drawn, smoothing));
  }

  private List<LoggedMetric> ofMany(
      Name project, String run, String key, Steps steps, Extent extent, int most) {
    var charted =
        steps.equals(Steps.ALL)
            ? histories.charted(project, run, key, most)
            : Optional.<List<LoggedMetric>>empty();
    return charted.orElseGet(() -> envelopes.around(run, key, extent, most));
  }

  /**
   * The exact average at each point of the sample: every point before it is heard, and no other.
   */
  private List<Double> smoothed(
      String run, String key, List<LoggedMetric> sample, double smoothing) {
    var until = new Steps(Long.MIN_VALUE, sample.getLast().step());
    if (envelopes.extent(run, key, until).points() > RunViews.MOST_SMOOTHED) {
      return List.of();
    }
    var wanted = sample.stream().map(Place::of).collect(Collectors.toSet());
    var average = new Smoothing(smoothing);
    var averages = new HashMap<Place, Double>();
    // A cursor needs a transaction; without one the driver would hold every row at once. The order
    // is that of the table's key, so that nothing is sorted.
    transaction.executeWithoutResult(_ ->
        streams
            .sql(
                """
                select value, is_nan, step, at_ms from registry.metric
                where run = ? and key = ? and step <= ? order by at_ms, step, value, is_nan
                """)
            .params(run, key, until.last())
            .query(row -> {
              boolean isNan = row.getBoolean("is_nan");
              double value = row.getDouble("value");
              average.next(isNan ? Double.NaN : LoggedMetric.sent(value));
              var place = new Place(row.getLong("step"), row.getLong("at_ms"), value, isNan);
              if (wanted.contains(place)) {
                averages.put(place, average.value());
              }
            }));
    return sample.stream()
        .map(metric -> averages.getOrDefault(Place.of(metric), Double.NaN))
        .toList();
  }

  /** What tells a row of a metric from the others. */
  private record Place(long step, long at, double value, boolean isNan) {
    static Place of(LoggedMetric metric) {
      return new Place(metric.step(), metric.atMillis(), metric.stored(), metric.isNan());
    }
  }

  private static MetricPoint point(LoggedMetric metric) {
    return new MetricPoint(
        LoggedMetric.sent(metric.value()), metric.step(), Limits.instant(metric.atMillis()));
  }
}
