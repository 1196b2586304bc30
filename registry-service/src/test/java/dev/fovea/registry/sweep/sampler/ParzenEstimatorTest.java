package dev.fovea.registry.sweep.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.registry.sweep.Recordings;
import dev.fovea.registry.sweep.space.ChoiceParameter;
import dev.fovea.registry.sweep.space.Parameter;
import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.Trial;
import dev.fovea.registry.sweep.trial.TrialState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Both densities, and which trials each is of, are Optuna's. */
class ParzenEstimatorTest {
  private static final int DRAWS = 20_000;

  private static List<JsonNode> studies() {
    return Recordings.lines("tpe_densities.jsonl");
  }

  @ParameterizedTest
  @MethodSource("studies")
  void splitsAndWeighsAsOptuna(JsonNode study) {
    var space = SearchSpace.read(study.get("space"), "space");
    var ranking =
        Ranking.of(
            trials(study, space),
            Goal.valueOf(study.get("goal").stringValue().toUpperCase(Locale.ROOT)));
    assertThat(ranking.good()).map(Trial::number).isEqualTo(ints(study.get("below")));
    assertThat(ranking.rest()).map(Trial::number).isEqualTo(ints(study.get("above")));

    var good = new ParzenEstimator(space.parameters(), ranking.good());
    var rest = new ParzenEstimator(space.parameters(), ranking.rest());
    for (int i = 0; i < study.get("candidates").size(); i++) {
      var candidate = values(space, study.get("candidates").get(i));
      assertThat(good.logDensity(candidate))
          .as("candidate %d among the good", i)
          .isCloseTo(study.get("logBelow").get(i).doubleValue(), within(1e-9));
      assertThat(rest.logDensity(candidate))
          .as("candidate %d among the rest", i)
          .isCloseTo(study.get("logAbove").get(i).doubleValue(), within(1e-9));
    }
  }

  /** The share of draws at each value, or below each place of a continuum, is the density's. */
  @ParameterizedTest
  @MethodSource("studies")
  void drawsAreOfTheDensity(JsonNode study) {
    var space = SearchSpace.read(study.get("space"), "space");
    var trials = trials(study, space).subList(0, 8);
    var estimator = new ParzenEstimator(space.parameters(), trials);
    var dice = Dice.of(11, 0);
    var draws = IntStream.range(0, DRAWS).mapToObj(_ -> estimator.draw(dice)).toList();
    for (int i = 0; i < space.parameters().size(); i++) {
      var parameter = space.parameters().get(i);
      int at = i;
      var drawn = draws.stream().mapToDouble(draw -> draw[at]).sorted().toArray();
      assertThat(drawn)
          .as(space.names().get(i))
          .matches(values -> Arrays.stream(values).allMatch(parameter::contains));
      var alone = new ParzenEstimator(List.of(parameter), marginal(trials, i));
      if (parameter.count() == Long.MAX_VALUE) {
        assertContinuous(alone, Scale.of(parameter), drawn);
      } else {
        assertDiscrete(alone, parameter, drawn);
      }
    }
  }

  private static void assertDiscrete(ParzenEstimator density, Parameter parameter, double[] drawn) {
    double sum = 0;
    for (long k = 0; k < parameter.count(); k++) {
      double value = parameter.valueAt(k);
      double chance = Math.exp(density.logDensity(new double[] {value}));
      long found = Arrays.stream(drawn).filter(one -> one == value).count();
      assertThat(found / (double) DRAWS)
          .as("%s of %s", value, parameter)
          .isCloseTo(chance, within(5 * Math.sqrt(chance / DRAWS) + 1e-9));
      sum += chance;
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
  }

  /** The density is added up by the trapezoidal rule, on the line on which it was fitted. */
  private static void assertContinuous(ParzenEstimator density, Scale scale, double[] drawn) {
    int parts = 5_000;
    double width = (scale.high() - scale.low()) / parts;
    double below = 0;
    double before = Math.exp(density.logDensity(new double[] {scale.least()}));
    int counted = 0;
    for (int part = 1; part <= parts; part++) {
      double value = scale.nearest(scale.low() + part * width);
      double here = Math.exp(density.logDensity(new double[] {value}));
      below += (before + here) / 2 * width;
      before = here;
      while (counted < drawn.length && drawn[counted] <= value) {
        counted++;
      }
      assertThat(counted / (double) DRAWS)
          .as("draws up to %s", value)
          .isCloseTo(below, within(2.7 / Math.sqrt(DRAWS)));
    }
    assertThat(below).isCloseTo(1, within(1e-4));
  }

  private static List<Trial> marginal(List<Trial> trials, int parameter) {
    return trials.stream()
        .map(trial ->
            new Trial(
                trial.number(),
                new Point(trial.point().at(parameter)),
                trial.state(),
                trial.value(),
                trial.last()))
        .toList();
  }

  private static List<Trial> trials(JsonNode study, SearchSpace space) {
    var trials = new ArrayList<Trial>();
    for (var row : study.get("trials")) {
      var last = row.get(3);
      trials.add(
          new Trial(
              trials.size(),
              new Point(values(space, row.get(1))),
              TrialState.valueOf(row.get(0).stringValue().toUpperCase(Locale.ROOT)),
              row.get(2).isNull()
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(row.get(2).doubleValue()),
              last.isNull()
                  ? Optional.empty()
                  : Optional.of(
                      new Report(last.get(0).longValue(), Recordings.number(last.get(1))))));
    }
    return trials;
  }

  private static double[] values(SearchSpace space, JsonNode params) {
    return IntStream.range(0, space.names().size())
        .mapToDouble(i -> {
          var value = params.get(space.names().get(i));
          return space.parameters().get(i) instanceof ChoiceParameter choice
              ? choice.choices().indexOf(value.stringValue())
              : value.doubleValue();
        })
        .toArray();
  }

  private static List<Integer> ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::intValue).toList();
  }
}
