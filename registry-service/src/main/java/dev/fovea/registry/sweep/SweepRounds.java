package dev.fovea.registry.sweep;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks at the runs of trials, each trial in a transaction of its own: a round that was missed
 * costs time, never a report or an end.
 */
@Component
final class SweepRounds {
  private static final Logger LOG = LoggerFactory.getLogger(SweepRounds.class);
  private static final int MOST_TRIALS = 500;

  private final SweepRows sweeps;
  private final TrialRows trials;
  private final LoggedRows logged;
  private final LoggedTrials looks;
  private final TransactionTemplate transaction;

  SweepRounds(
      SweepRows sweeps,
      TrialRows trials,
      LoggedRows logged,
      LoggedTrials looks,
      TransactionTemplate transaction) {
    this.sweeps = sweeps;
    this.trials = trials;
    this.logged = logged;
    this.looks = looks;
    this.transaction = transaction;
  }

  /** One round. A database that doesn't answer ends it; the next one comes anyway. */
  void go() {
    try {
      logged.due(MOST_TRIALS).forEach(this::look);
    } catch (DataAccessException e) {
      LOG.warn("the round over trials of sweeps ended early: {}", e.getMessage());
    }
  }

  private void look(LoggedRows.Due due) {
    try {
      transaction.executeWithoutResult(_ -> {
        var sweep = sweeps.lock(due.project(), due.sweep());
        looks.look(sweep, trials.load(sweep.id(), due.number()));
      });
    } catch (DataAccessException e) {
      throw e;
    } catch (RuntimeException e) {
      // It comes first next time, too, and must not hold up the others.
      LOG.warn(
          "trial {} of sweep {} of project {} was not looked at",
          due.number(),
          due.sweep(),
          due.project(),
          e);
    }
  }
}
