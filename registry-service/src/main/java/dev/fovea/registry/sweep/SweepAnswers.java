package dev.fovea.registry.sweep;

import dev.fovea.kernel.Name;
import dev.fovea.registry.sweep.trial.TrialState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What workers are told. */
final class SweepAnswers {
  private SweepAnswers() {}

  /**
   * How far a sweep is.
   *
   * @param trials how many are tried at most
   * @param states how many are in each state
   * @param best the complete trial of the best value
   * @param front where latency is an objective, the complete trials that no other beats in both,
   *     from the best value to the least latency
   */
  record Progress(
      Name name,
      int trials,
      Map<TrialState, Integer> states,
      Optional<Best> best,
      List<Best> front) {}

  /**
   * A complete trial that is among the best so far.
   *
   * @param latency in milliseconds; absent where it is no objective
   */
  record Best(
      int trial,
      double value,
      Optional<Double> latency,
      Map<String, Object> params,
      String runId) {}

  /** What a worker gets. */
  record Asked(State state, Optional<Work> work) {
    /** Whether there is something to do. */
    enum State {
      /** A trial. */
      TRIAL,
      /** Others are at the last trials; one may come back. */
      WAIT,
      /** All is tried. */
      DONE
    }

    static Asked of(Work work) {
      return new Asked(State.TRIAL, Optional.of(work));
    }

    static Asked await() {
      return new Asked(State.WAIT, Optional.empty());
    }

    static Asked done() {
      return new Asked(State.DONE, Optional.empty());
    }
  }

  /**
   * A trial to work at.
   *
   * @param runId MLflow's run of it, which has the parameters already
   * @param lease what the worker names itself by in reports
   * @param leaseEnds when another gets the trial, unless a report comes before
   */
  record Work(
      int trial, Map<String, Object> params, String runId, String lease, Instant leaseEnds) {}

  /** Whether a trial goes on. */
  record Decision(Kind decision, Instant leaseEnds) {
    /** What the worker does. */
    enum Kind {
      CONTINUE,
      STOP
    }
  }

  /** A trial that is over. */
  record Ended(int trial, TrialState state, String runId) {}
}
