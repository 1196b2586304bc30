package dev.fovea.registry.mlflow;

import dev.fovea.registry.metrics.MetricHistories;
import dev.fovea.registry.metrics.MetricHistories.OfRun;
import dev.fovea.registry.metrics.MetricHistories.Steps;
import dev.fovea.registry.mlflow.Wire.DatasetSummaryMessage;
import dev.fovea.registry.mlflow.Wire.MetricMessage;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.tracking.RunInputs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * MLflow's calls for charts of many runs and their filters, each at the paths that MLflow's own
 * server answers.
 */
@RestController
class ChartCalls {
  private static final String SEE =
      "See the API docs for more information about request parameters.";
  private static final int MOST_RUNS = 100;
  private static final int MOST_POINTS = 25_000;
  private static final int MOST_POINTS_OF_RUN = 2_500;
  private static final int MOST_EXPERIMENTS = 20;

  private final MetricHistories histories;
  private final RunInputs inputs;

  ChartCalls(MetricHistories histories, RunInputs inputs) {
    this.histories = histories;
    this.inputs = inputs;
  }

  @GetMapping("/ajax-api/2.0/mlflow/metrics/get-history-bulk")
  Map<String, Object> bulk(Scope scope, Fields fields) {
    var runs = fields.texts("run_id");
    if (runs.isEmpty()) {
      throw MlflowError.invalid("GetMetricHistoryBulk request must specify at least one run_id.");
    }
    if (runs.size() > MOST_RUNS) {
      throw MlflowError.invalid(
          "GetMetricHistoryBulk request cannot specify more than %d run_ids. Received %d run_ids."
              .formatted(MOST_RUNS, runs.size()));
    }
    var key =
        fields
            .optionalText("metric_key")
            .orElseThrow(() ->
                MlflowError.invalid("GetMetricHistoryBulk request must specify a metric_key."));
    long most = fields.optionalWhole("max_results").orElse(MOST_POINTS);
    if (most <= 0) {
      throw MlflowError.invalid(
          "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer."
              .formatted(most));
    }
    return Map.of(
        "metrics",
        messages(histories.first(scope.project(), runs, key, (int) Math.min(most, MOST_POINTS))));
  }

  @GetMapping({
    "/api/2.0/mlflow/metrics/get-history-bulk-interval",
    "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
  })
  Map<String, Object> interval(Scope scope, Fields fields) {
    var runs = fields.someTexts("run_ids");
    if (runs.size() > MOST_RUNS) {
      throw MlflowError.invalid(
          "GetMetricHistoryBulkInterval request must specify at most %d run_ids. Received %d run_ids. %s"
              .formatted(MOST_RUNS, runs.size(), SEE));
    }
    var key = fields.text("metric_key");
    long most = fields.optionalWhole("max_results").orElse(MOST_POINTS_OF_RUN);
    if (most < 1 || most > MOST_POINTS_OF_RUN) {
      throw MlflowError.invalid(
          "max_results must be between 1 and %d. %s".formatted(MOST_POINTS_OF_RUN, SEE));
    }
    var points = histories.sample(scope.project(), runs, key, steps(fields), (int) most);
    return points.isEmpty() ? Map.of() : Map.of("metrics", messages(points));
  }

  @PostMapping("/ajax-api/2.0/mlflow/experiments/search-datasets")
  Map<String, Object> datasets(Scope scope, Fields fields) {
    var experiments = fields.texts("experiment_ids");
    if (experiments.isEmpty()) {
      throw MlflowError.invalid("SearchDatasets request must specify at least one experiment_id.");
    }
    if (experiments.size() > MOST_EXPERIMENTS) {
      throw MlflowError.invalid(
          "SearchDatasets request cannot specify more than %d experiment_ids. Received %d experiment_ids."
              .formatted(MOST_EXPERIMENTS, experiments.size()));
    }
    var found =
        inputs.summaries(scope.project(), experiments).stream()
            .map(DatasetSummaryMessage::of)
            .toList();
    return found.isEmpty() ? Map.of() : Map.of("dataset_summaries", found);
  }

  private static Steps steps(Fields fields) {
    var first = fields.optionalWhole("start_step");
    var last = fields.optionalWhole("end_step");
    if (first.isPresent() != last.isPresent()) {
      throw MlflowError.invalid(
          "If either start step or end step are specified, both must be specified.");
    }
    if (first.isEmpty()) {
      return Steps.ALL;
    }
    if (first.getAsLong() > last.getAsLong()) {
      throw MlflowError.invalid(
          "end_step must be greater than start_step. Found start_step=%d and end_step=%d."
              .formatted(first.getAsLong(), last.getAsLong()));
    }
    return new Steps(first.getAsLong(), last.getAsLong());
  }

  private static List<MetricMessage> messages(List<OfRun> points) {
    return points.stream()
        .map(point -> MetricMessage.of(point.metric(), Optional.of(point.run())))
        .toList();
  }
}
