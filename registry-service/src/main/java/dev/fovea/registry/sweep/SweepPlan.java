package dev.fovea.registry.sweep;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.sweep.pruner.MedianStopping;
import dev.fovea.registry.sweep.pruner.NeverPruning;
import dev.fovea.registry.sweep.pruner.Pruner;
import dev.fovea.registry.sweep.pruner.SuccessiveHalving;
import dev.fovea.registry.sweep.sampler.FrontSampler;
import dev.fovea.registry.sweep.sampler.GridSampler;
import dev.fovea.registry.sweep.sampler.RandomSampler;
import dev.fovea.registry.sweep.sampler.Sampler;
import dev.fovea.registry.sweep.sampler.TpeSampler;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.trial.Goal;

/**
 * What a sweep is to do.
 *
 * @param experiment MLflow's, by name; made where it does not exist
 * @param objectives where values come from, and whether latency counts too
 * @param trials how many points are tried at most
 * @param json as it was sent
 */
record SweepPlan(
    Name name,
    String experiment,
    SearchSpace space,
    Goal goal,
    Sampler sampler,
    Pruner pruner,
    Objectives objectives,
    int trials,
    String json) {
  static final String[] FIELDS = {
    "name",
    "experiment",
    "space",
    "method",
    "goal",
    "trials",
    "seed",
    "halving",
    "median",
    "metric",
    "take",
    "latency"
  };
  private static final int MOST_TRIALS = 10_000;
  private static final long MOST_STEP = 1_000_000_000_000L;

  /** How points are chosen. */
  enum Method {
    GRID,
    RANDOM,
    TPE
  }

  /**
   * Reads it.
   *
   * @throws InvalidRequest naming the field that is wrong
   */
  static SweepPlan of(Body body) {
    var space = SearchSpace.read(body.node("space"), "space");
    var goal = body.one("goal", Goal.class);
    var seed = body.optionalWhole("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(0);
    int trials = (int) body.whole("trials", 1, MOST_TRIALS);
    var objectives = Objectives.of(body);
    Sampler sampler =
        switch (body.one("method", Method.class)) {
          case GRID -> new GridSampler(space);
          case RANDOM -> new RandomSampler(space, seed);
          case TPE ->
              objectives.latency().isPresent()
                  ? new FrontSampler(space, goal, seed)
                  : new TpeSampler(space, goal, seed);
        };
    return new SweepPlan(
        name(body),
        body.text("experiment", 500),
        space,
        goal,
        sampler,
        pruner(body, goal, objectives),
        objectives,
        trials,
        body.json());
  }

  private static Name name(Body body) {
    try {
      return Name.of(body.text("name", 100));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(String.valueOf(e.getMessage()), "rename the sweep");
    }
  }

  private static Pruner pruner(Body body, Goal goal, Objectives objectives) {
    var halving =
        body.object(
            "halving",
            "min_resource",
            "reduction_factor",
            "min_early_stopping_rate",
            "bootstrap_count");
    var median =
        body.object("median", "startup_trials", "warmup_steps", "interval_steps", "min_trials");
    if (halving.isPresent() && median.isPresent()) {
      throw body.refusal("median", "none, since halving is given");
    }
    if (objectives.latency().isPresent() && (halving.isPresent() || median.isPresent())) {
      throw body.refusal(
          halving.isPresent() ? "halving" : "median",
          "none, since latency is an objective: what is less good on its way may be faster");
    }
    return halving
        .map(options -> halving(options, goal))
        .or(() -> median.map(options -> median(options, goal)))
        .orElseGet(NeverPruning::new);
  }

  private static Pruner halving(Body options, Goal goal) {
    return new SuccessiveHalving(
        goal,
        options.optionalWhole("min_resource", 1, MOST_STEP),
        (int) options.optionalWhole("reduction_factor", 2, 1_000).orElse(4),
        (int) options.optionalWhole("min_early_stopping_rate", 0, 62).orElse(0),
        (int) options.optionalWhole("bootstrap_count", 0, 1_000_000).orElse(0));
  }

  private static Pruner median(Body options, Goal goal) {
    return new MedianStopping(
        goal,
        (int) options.optionalWhole("startup_trials", 0, 1_000_000).orElse(5),
        options.optionalWhole("warmup_steps", 0, MOST_STEP).orElse(0),
        options.optionalWhole("interval_steps", 1, MOST_STEP).orElse(1),
        (int) options.optionalWhole("min_trials", 1, 1_000_000).orElse(1));
  }
}
