package dev.fovea.registry.sweep.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.registry.sweep.Recordings;
import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Trial;
import dev.fovea.registry.sweep.trial.TrialState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
  private static final SearchSpace MIXED =
      SearchSpace.read(Recordings.read("tpe_regrets.json").get("mixed").get("space"), "space");

  @ParameterizedTest
  @EnumSource
  void findsWhatOptunaFindsAndMoreThanChance(Objective objective) {
    var recorded =
        Recordings.read("tpe_regrets.json").get(objective.name().toLowerCase(Locale.ROOT));
    var ours = new double[STUDIES];
    for (int seed = 0; seed < STUDIES; seed++) {
      ours[seed] = regret(objective, recorded, seed);
    }
    var optuna = numbers(recorded.get("tpe"));
    var chance = numbers(recorded.get("random"));
    assertThat(median(ours) <= 1.1 * median(optuna) || worse(ours, optuna) > 0.05)
        .as(
            "%s: median regret %s against %s of Optuna, p = %s that it is not greater",
            objective, median(ours), median(optuna), worse(ours, optuna))
        .isTrue();
    assertThat(worse(chance, ours))
        .as("%s: p that chance finds as much", objective)
        .isLessThan(0.001);
  }

  @Test
  void theSameSeedAndHistoryGiveTheSameTrial() {
    var trials = hundred(MIXED, 7);
    var first = new TpeSampler(MIXED, Goal.MINIMIZE, 7).next(100, trials);
    assertThat(new TpeSampler(MIXED, Goal.MINIMIZE, 7).next(100, trials)).isEqualTo(first);
    assertThat(new TpeSampler(MIXED, Goal.MINIMIZE, 8).next(100, trials)).isNotEqualTo(first);
    assertThat(new TpeSampler(MIXED, Goal.MINIMIZE, 7).next(101, trials)).isNotEqualTo(first);
    // What the trial itself had got earlier is no history of its own.
    var asked = new ArrayList<>(trials);
    asked.add(running(100, first.orElseThrow()));
    assertThat(new TpeSampler(MIXED, Goal.MINIMIZE, 7).next(100, asked)).isEqualTo(first);
  }

  @Test
  void everyPointIsOfTheSpace() {
    assertThat(hundred(MIXED, 3)).allMatch(trial -> MIXED.contains(trial.point()));
  }

  @Test
  void workersBesideEachOtherKeepApart() {
    var space = SearchSpace.parse("{\"x\": {\"type\": \"float\", \"low\": 0, \"high\": 1}}");
    var sampler = new TpeSampler(space, Goal.MAXIMIZE, 1);
    var history = new ArrayList<Trial>();
    for (int i = 0; i < 20; i++) {
      double x = i / 20.0;
      history.add(complete(i, new Point(x), -Math.abs(x - 0.5)));
    }
    double alone = spread(sampler, history, false);
    double beside = spread(sampler, history, true);
    assertThat(beside).as("spread of 16 trials at once").isGreaterThan(1.5 * alone);
  }

  private static double spread(TpeSampler sampler, List<Trial> history, boolean seen) {
    var trials = new ArrayList<>(history);
    var asked = new ArrayList<Double>();
    for (int number = 20; number < 36; number++) {
      var point = sampler.next(number, trials).orElseThrow();
      asked.add(point.at(0));
      if (seen) {
        trials.add(running(number, point));
      }
    }
    double mean = asked.stream().mapToDouble(x -> x).average().orElseThrow();
    return Math.sqrt(
        asked.stream().mapToDouble(x -> (x - mean) * (x - mean)).average().orElseThrow());
  }

  @Test
  void failedTrialsTeachNothing() {
    var trials = hundred(MIXED, 2);
    var failed = new ArrayList<>(trials);
    failed.add(
        new Trial(
            100,
            trials.getFirst().point(),
            TrialState.FAILED,
            OptionalDouble.empty(),
            Optional.empty()));
    var sampler = new TpeSampler(MIXED, Goal.MINIMIZE, 2);
    assertThat(sampler.next(101, failed)).isEqualTo(sampler.next(101, trials));
  }

  @Test
  void infiniteValuesAndOneValueAreWithinReach() {
    var space =
        SearchSpace.parse(
            """
            {"fixed": {"type": "float", "low": 3, "high": 3, "log": true},
             "only": {"type": "categorical", "choices": ["one"]},
             "x": {"type": "int", "low": -2, "high": 2}}
            """);
    var trials = new ArrayList<Trial>();
    var sampler = new TpeSampler(space, Goal.MAXIMIZE, 5);
    for (int number = 0; number < 60; number++) {
      var point = sampler.next(number, trials).orElseThrow();
      assertThat(space.contains(point)).as("%s", point).isTrue();
      double x = point.at(2);
      trials.add(complete(number, point, x > 1 ? Double.POSITIVE_INFINITY : -1 / Math.abs(x)));
    }
    assertThat(trials.subList(40, 60).stream().filter(trial -> trial.point().at(2) == 2))
        .hasSizeGreaterThan(10);
  }

  @Test
  void aLongHistoryTakesNoLongTime() {
    var trials = new ArrayList<Trial>();
    var random = new RandomSampler(MIXED, 1);
    for (int number = 0; number < 10_000; number++) {
      trials.add(complete(number, random.next(number, List.of()).orElseThrow(), number % 97));
    }
    var begun = System.nanoTime();
    new TpeSampler(MIXED, Goal.MINIMIZE, 1).next(10_000, trials);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
  }

  private static List<Trial> hundred(SearchSpace space, long seed) {
    var sampler = new TpeSampler(space, Goal.MINIMIZE, seed);
    var trials = new ArrayList<Trial>();
    for (int number = 0; number < TRIALS; number++) {
      var point = sampler.next(number, trials).orElseThrow();
      trials.add(complete(number, point, Objective.MIXED.at(space.shown(point))));
    }
    return trials;
  }

  private static Trial running(int number, Point point) {
    return new Trial(number, point, TrialState.RUNNING, OptionalDouble.empty(), Optional.empty());
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
   * How likely values so much greater come by chance: the one-sided Mann-Whitney test, by the
   * normal approximation with ties at a half.
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
