package dev.fovea.registry.mlflow;

import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.metrics.MetricRows;
import dev.fovea.registry.mlflow.Wire.MetricMessage;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.tracking.DatasetInput;
import dev.fovea.registry.tracking.ModelHistory;
import dev.fovea.registry.tracking.RunInputs;
import dev.fovea.registry.tracking.RunLog;
import dev.fovea.registry.tracking.TrackedRun;
import java.util.Map;
import java.util.OptionalInt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls by which runs log. */
@RestController
@RequestMapping({"/api/2.0/mlflow", "/ajax-api/2.0/mlflow"})
class LogCalls {
  private static final int MOST_POINTS = 25_000;

  private final RunLog log;
  private final RunInputs inputs;
  private final MetricRows metrics;
  private final ModelHistory history;

  LogCalls(RunLog log, RunInputs inputs, MetricRows metrics, ModelHistory history) {
    this.log = log;
    this.inputs = inputs;
    this.metrics = metrics;
    this.history = history;
  }

  @PostMapping("/runs/log-batch")
  Map<String, Object> batch(Scope scope, Fields fields) {
    log.batch(
        scope.project(),
        fields.runId(),
        fields.objects("metrics").stream().map(LoggedMetric::of).toList(),
        KeyValue.listed(fields, "params"),
        KeyValue.listed(fields, "tags"));
    return Map.of();
  }

  @PostMapping("/runs/log-metric")
  Map<String, Object> metric(Scope scope, Fields fields) {
    log.metric(scope.project(), fields.runId(), LoggedMetric.of(fields));
    return Map.of();
  }

  @PostMapping("/runs/log-parameter")
  Map<String, Object> param(Scope scope, Fields fields) {
    log.param(
        scope.project(),
        fields.runId(),
        new KeyValue(fields.text("key"), fields.optionalText("value").orElse("")));
    return Map.of();
  }

  @PostMapping("/runs/set-tag")
  Map<String, Object> tag(Scope scope, Fields fields) {
    log.tag(
        scope.project(),
        fields.runId(),
        new KeyValue(fields.text("key"), fields.optionalText("value").orElse("")));
    return Map.of();
  }

  @PostMapping("/runs/delete-tag")
  Map<String, Object> untag(Scope scope, Fields fields) {
    log.untag(scope.project(), fields.runId(), fields.text("key"));
    return Map.of();
  }

  @PostMapping("/runs/log-inputs")
  Map<String, Object> inputs(Scope scope, Fields fields) {
    inputs.use(
        scope.project(),
        fields.runId(),
        fields.objects("datasets").stream().map(DatasetInput::of).toList(),
        fields.objects("models").stream().map(model -> model.text("model_id")).toList());
    return Map.of();
  }

  @PostMapping("/runs/outputs")
  Map<String, Object> outputs(Scope scope, Fields fields) {
    inputs.made(
        scope.project(),
        fields.runId(),
        fields.objects("models").stream()
            .map(model ->
                new TrackedRun.ModelLink(
                    "output", model.text("model_id"), model.optionalWhole("step").orElse(0)))
            .toList());
    return Map.of();
  }

  @PostMapping("/runs/log-model")
  Map<String, Object> model(Scope scope, Fields fields) {
    history.add(scope.project(), fields.runId(), fields.text("model_json"));
    return Map.of();
  }

  @GetMapping("/metrics/get-history")
  Map<String, Object> history(Scope scope, Fields fields) {
    var size = fields.optionalInt("max_results");
    if (size.isPresent() && size.getAsInt() <= 0) {
      throw MlflowError.invalid(
          "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer."
              .formatted(size.getAsInt()));
    }
    var page =
        metrics.history(
            scope.project(),
            fields.runId(),
            fields.text("metric_key"),
            size.isPresent() ? OptionalInt.of(Math.min(size.getAsInt(), MOST_POINTS)) : size,
            PageToken.of(fields.optionalText("page_token")));
    return Pages.message("metrics", page.map(MetricMessage::of));
  }
}
