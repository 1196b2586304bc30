package dev.fovea.registry.sweep.pruner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.registry.sweep.Recordings;
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.TrialState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every decision is Optuna's, with no tolerance. */
class RecordedStreamsTest {
  private static List<JsonNode> studies() {
    return Recordings.lines("pruner_streams.jsonl");
  }

  @ParameterizedTest
  @MethodSource("studies")
  void decidesAsOptunaDid(JsonNode study) {
    var goal = Goal.valueOf(study.get("goal").stringValue().toUpperCase(Locale.ROOT));
    var replayed = new Study(goal, pruner(study, goal));
    var different = new ArrayList<String>();
    int place = 0;
    for (var event : study.get("events")) {
      int trial = event.get(0).intValue();
      if (event.size() == 2) {
        replayed.end(
            trial, TrialState.valueOf(event.get(1).stringValue().toUpperCase(Locale.ROOT)));
      } else {
        boolean stop =
            replayed.report(trial, event.get(1).longValue(), Recordings.number(event.get(2)));
        if (stop != (event.get(3).intValue() == 1)) {
          different.add("event %d: %s, decided %s".formatted(place, event, stop));
        }
      }
      place++;
    }
    assertThat(different).isEmpty();
  }

  @Test
  void theRecordingsHoldWhatTheyAreFor() {
    var events = studies().stream().flatMap(study -> study.get("events").valueStream()).toList();
    var reports = events.stream().filter(event -> event.size() == 4).toList();
    assertThat(reports).hasSizeGreaterThan(5_000);
    assertThat(reports.stream().filter(report -> report.get(3).intValue() == 1))
        .hasSizeBetween(500, 2_500);
    assertThat(reports.stream().filter(report -> report.get(2).isString())).hasSizeGreaterThan(200);
  }

  private static Pruner pruner(JsonNode study, Goal goal) {
    var options = study.get("options");
    return switch (study.get("pruner").stringValue()) {
      case "halving" ->
          new SuccessiveHalving(
              goal,
              options.has("min_resource")
                  ? OptionalLong.of(options.get("min_resource").longValue())
                  : OptionalLong.empty(),
              options.path("reduction_factor").asInt(4),
              options.path("min_early_stopping_rate").asInt(0),
              options.path("bootstrap_count").asInt(0));
      case "median" ->
          new MedianStopping(
              goal,
              options.path("n_startup_trials").asInt(5),
              options.path("n_warmup_steps").asLong(0),
              options.path("interval_steps").asLong(1),
              options.path("n_min_trials").asInt(1));
      default -> throw new IllegalArgumentException(study.get("pruner").toString());
    };
  }
}
