package dev.fovea.registry.sweep.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.Trial;
import dev.fovea.registry.sweep.trial.TrialState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** On ZDT1 (Zitzler, Deb and Thiele, Evolutionary Computation 8(2), 2000) with four parameters. */
class FrontSamplerTest {
  private static final SearchSpace SPACE =
      SearchSpace.parse(
          """
          {"a": {"type": "float", "low": 0, "high": 1}, "b": {"type": "float", "low": 0, "high": 1},
           "c": {"type": "float", "low": 0, "high": 1}, "d": {"type": "float", "low": 0, "high": 1}}
          """);
  private static final int STUDIES = 20;
  private static final int TRIALS = 80;

  /** What no point comes to, so that each study is measured against the same. */
  private static final double WORST_LOSS = 1.1;

  private static final double WORST_MILLIS = 11.1;

  @Test
  void coversMoreThanChanceInEachHalfOfTheFront() {
    var ours = new double[STUDIES];
    var chance = new double[STUDIES];
    var fast = new int[2];
    var good = new int[2];
    for (int seed = 0; seed < STUDIES; seed++) {
      var trials = study(new FrontSampler(SPACE, Goal.MAXIMIZE, seed));
      var random = study(new RandomSampler(SPACE, seed));
      ours[seed] = volume(trials);
      chance[seed] = volume(random);
      for (int i = 0; i < 2; i++) {
        var studied = i == 0 ? trials : random;
        fast[i] += (int) studied.stream().filter(one -> near(one) && loss(one) > 0.5).count();
        good[i] += (int) studied.stream().filter(one -> near(one) && loss(one) < 0.25).count();
      }
    }
    assertThat(greater(ours, chance)).as("p that chance covers as much").isLessThan(0.001);
    assertThat(fast[0])
        .as("trials near the fast end, where chance has %d", fast[1])
        .isGreaterThan(2 * fast[1]);
    assertThat(good[0])
        .as("trials near the good end, where chance has %d", good[1])
        .isGreaterThan(2 * good[1]);
  }

  @Test
  void theSameSeedAndHistoryGiveTheSameTrial() {
    var trials = study(new FrontSampler(SPACE, Goal.MAXIMIZE, 7));
    var next = new FrontSampler(SPACE, Goal.MAXIMIZE, 7).next(TRIALS, trials);
    assertThat(new FrontSampler(SPACE, Goal.MAXIMIZE, 7).next(TRIALS, trials)).isEqualTo(next);
    assertThat(new FrontSampler(SPACE, Goal.MAXIMIZE, 8).next(TRIALS, trials)).isNotEqualTo(next);
    var asked = new ArrayList<>(trials);
    asked.add(trial(TRIALS, next.orElseThrow(), TrialState.RUNNING, 0, 0));
    assertThat(new FrontSampler(SPACE, Goal.MAXIMIZE, 7).next(TRIALS, asked)).isEqualTo(next);
  }

  @Test
  void whatIsInfiniteEqualPrunedOrFailedIsWithinReach() {
    var sampler = new FrontSampler(SPACE, Goal.MINIMIZE, 3);
    var trials = new ArrayList<Trial>();
    for (int number = 0; number < 40; number++) {
      var point = sampler.next(number, trials).orElseThrow();
      assertThat(SPACE.contains(point)).as("%s", point).isTrue();
      trials.add(
          switch (number % 5) {
            case 0 -> complete(number, point, Double.POSITIVE_INFINITY, 5);
            case 1 -> complete(number, point, Double.NEGATIVE_INFINITY, 5);
            case 2 -> complete(number, point, Double.MAX_VALUE, Double.MIN_VALUE);
            case 3 -> trial(number, point, TrialState.PRUNED, 0, 0);
            default -> trial(number, point, TrialState.FAILED, 0, 0);
          });
    }
  }

  private static List<Trial> study(Sampler sampler) {
    var trials = new ArrayList<Trial>();
    for (int number = 0; number < TRIALS; number++) {
      var point = sampler.next(number, trials).orElseThrow();
      double g = 1 + 3 * (point.at(1) + point.at(2) + point.at(3));
      trials.add(complete(number, point, -point.at(0), 0.1 + g * (1 - Math.sqrt(point.at(0) / g))));
    }
    return trials;
  }

  /** Whether it is no more than 0.3 above the true front. */
  private static boolean near(Trial trial) {
    return trial.latency().orElseThrow() - 0.1 < 1 - Math.sqrt(loss(trial)) + 0.3;
  }

  private static double loss(Trial trial) {
    return -trial.value().orElseThrow();
  }

  /** The area that a study's trials beat. */
  private static double volume(List<Trial> trials) {
    var sorted = new ArrayList<>(trials);
    sorted.sort(Comparator.comparingDouble(FrontSamplerTest::loss));
    double area = 0;
    double least = WORST_MILLIS;
    for (var trial : sorted) {
      double millis = trial.latency().orElseThrow();
      if (millis < least && loss(trial) < WORST_LOSS) {
        area += (WORST_LOSS - loss(trial)) * (least - millis);
        least = millis;
      }
    }
    return area;
  }

  /** One-sided Mann-Whitney, by the normal approximation. */
  private static double greater(double[] values, double[] than) {
    double wins = 0;
    for (double value : values) {
      wins += Arrays.stream(than).filter(other -> value > other).count();
    }
    double pairs = (double) values.length * than.length;
    double deviation = Math.sqrt(pairs * (values.length + than.length + 1) / 12);
    return Normal.cdf(-(wins - pairs / 2) / deviation);
  }

  private static Trial complete(int number, Point point, double value, double millis) {
    return trial(number, point, TrialState.COMPLETE, value, millis);
  }

  private static Trial trial(
      int number, Point point, TrialState state, double value, double millis) {
    boolean isComplete = state == TrialState.COMPLETE;
    return new Trial(
        number,
        point,
        state,
        isComplete ? OptionalDouble.of(value) : OptionalDouble.empty(),
        isComplete ? OptionalDouble.of(millis) : OptionalDouble.empty(),
        state == TrialState.PRUNED ? Optional.of(new Report(1, Double.NaN)) : Optional.empty());
  }
}
