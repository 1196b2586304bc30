package dev.fovea.registry.alerts;

import dev.fovea.registry.RunAlert.Kind;
import dev.fovea.registry.alerts.AlertRows.Watched;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks after runs that are going on, by what is so now: a round that was missed costs time, never
 * an alert.
 */
@Component("runRounds")
class Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
  private static final int MOST_RUNS = 200;
  private static final int MOST_LOSSES = 8;

  /** What a round reads of one metric at most, beside its first values. */
  private static final int MOST_VALUES = 2_000;

  private final AlertRows rows;
  private final Alarm alarm;
  private final AlertProperties properties;
  private final TransactionTemplate transaction;

  Rounds(AlertRows rows, Alarm alarm, AlertProperties properties, TransactionTemplate transaction) {
    this.rows = rows;
    this.alarm = alarm;
    this.properties = properties;
    this.transaction = transaction;
  }

  /** One round. A database that doesn't answer ends it; the next one comes anyway. */
  void go() {
    try {
      rows.forgetEnded();
      rows.changed(MOST_RUNS).forEach(this::look);
      if (properties.stallAfter().isPositive()) {
        rows.silent(properties.stallAfter(), MOST_RUNS).forEach(this::stalls);
      }
    } catch (DataAccessException e) {
      LOG.warn("the round over running runs ended early: {}", e.getMessage());
    }
  }

  private void look(Watched run) {
    transaction.executeWithoutResult(_ -> {
      rows.metrics(run.id()).stream()
          .filter(Divergence::concerns)
          .limit(MOST_LOSSES)
          .forEach(metric -> diverges(run, metric));
      rows.looked(run);
    });
  }

  private void diverges(Watched run, String metric) {
    var values = rows.values(run.id(), metric, Divergence.STRETCH, MOST_VALUES);
    Divergence.of(values.stream().mapToDouble(Double::doubleValue).toArray())
        .ifPresent(seen ->
            alarm.raise(run.project(), run.id(), Kind.DIVERGENCE, metric, metric + " " + seen));
  }

  private void stalls(Watched run) {
    transaction.executeWithoutResult(_ ->
        alarm.raise(
            run.project(),
            run.id(),
            Kind.STALL,
            "",
            "nothing was logged for %s".formatted(shown(properties.stallAfter()))));
  }

  private static String shown(Duration time) {
    return time.compareTo(Duration.ofMinutes(2)) < 0
        ? time.toSeconds() + " s"
        : time.compareTo(Duration.ofHours(2)) < 0
            ? time.toMinutes() + " min"
            : time.toHours() + " h";
  }
}
