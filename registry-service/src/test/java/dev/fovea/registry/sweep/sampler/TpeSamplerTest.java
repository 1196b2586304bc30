package dev.fovea.registry.sweep.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.registry.sweep.Recordings;
import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Trial;
import dev.fovea.registry.sweep.trial.TrialState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class TpeSamplerTest {
  private static final int STUDIES = 30;
  private static final int TRIALS = 100;

  @ParameterizedTest
  @EnumSource
  void findsWhatOptunaFindsAndMoreThanChance(Objective objective) {
    var recorded =
        Recordings.read("tpe_regrets.json").get(objective.name().toLowerCase(java.util.Locale.ROOT));
    var ours = new double[STUDIES];
    for (int seed = 0; seed < STUDIES; seed++) {
      ours[seed] = regret(objective, recorded, seed);
    }
    var optuna = numbers(recorded.get("tpe"));
    var chance = numbers(recorded.get("random"));
    System.out.println(objective + " " + median(ours) + " " + median(optuna) + " " + worse(ours, optuna)+ " " + worse(chance, ours));
    assertThat(median(ours) <= 1.1 * median(optuna) || worse(ours, optuna) > 0.05)
        .as(
            "%s: median regret %s against %s of Optuna, p = %s that it is not greater",
            objective, median(ours), median(optuna), worse(ours, optuna))
        .isTrue();
    assertThat(worse(chance, ours))
        .as("%s: p that chance finds as much", objective)
        .isLessThan(0.001);
  }

  private static double regret(Objective objective, JsonNode recorded, long seed) {
    var space = SearchSpace.read(recorded.get("space"), "space");
    var sampler = new TpeSampler(space, Goal.MINIMIZE, seed);
    var trials = new ArrayList<Trial>();
    double least = Double.POSITIVE_INFINITY;
    for (int number = 0; number < TRIALS; number++) {
      var point = sampler.next(number, trials).orElseThrow();
      double value = objective.at(space.shown(point));
      least = Math.min(least, value);
      trials.add(complete(number, point, value));
    }
    return least - recorded.get("least").doubleValue();
  }

  private static Trial complete(int number, Point point, double value) {
    return new Trial(
        number, point, TrialState.COMPLETE, OptionalDouble.of(value), Optional.empty());
  }

  /**
   * How likely values so much greater come by chance: the one-sided Mann-Whitney test, by the normal
   * approximation with ties at a half.
   */
  private static double worse(double[] values, double[] than) {
    double wins = 0;
    for (double value : values) {
      for (double other : than) {
        wins += value > other ? 1 : value == other ? 0.5 : 0;
      }
    }
    double pairs = (double) values.length * than.length;
    double deviation = Math.sqrt(pairs * (values.length + than.length + 1) / 12);
    return Normal.cdf(-(wins - pairs / 2) / deviation);
  }

  private static double median(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static double[] numbers(JsonNode list) {
    return IntStream.range(0, list.size()).mapToDouble(i -> list.get(i).doubleValue()).toArray();
  }
}
