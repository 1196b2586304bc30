package dev.fovea.registry.mlflow;

import dev.fovea.registry.mlflow.Wire.RunInfo;
import dev.fovea.registry.mlflow.Wire.RunMessage;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.tracking.Lifecycle;
import dev.fovea.registry.tracking.RunSearch;
import dev.fovea.registry.tracking.RunStatus;
import dev.fovea.registry.tracking.TrackedRuns;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls about runs. */
@RestController
@RequestMapping({"/api/2.0/mlflow/runs", "/ajax-api/2.0/mlflow/runs"})
class RunCalls {
  private static final int MOST_RESULTS = 50_000;
  private static final int USUAL_RESULTS = 1_000;

  private final TrackedRuns runs;
  private final RunSearch search;

  RunCalls(TrackedRuns runs, RunSearch search) {
    this.runs = runs;
    this.search = search;
  }

  @PostMapping("/create")
  Map<String, RunMessage> create(Scope scope, Fields fields) {
    var run =
        runs.create(
            scope.project(),
            fields.optionalText("experiment_id").filter(id -> !id.isEmpty()).orElse("0"),
            new TrackedRuns.Start(
                fields.optionalText("run_name").filter(name -> !name.isEmpty()),
                fields.optionalText("user_id").orElse(""),
                fields.optionalWhole("start_time").orElseGet(System::currentTimeMillis),
                KeyValue.listed(fields, "tags")));
    return Map.of("run", RunMessage.of(run));
  }

  @GetMapping("/get")
  Map<String, RunMessage> load(Scope scope, Fields fields) {
    return Map.of("run", RunMessage.of(runs.load(scope.project(), fields.runId())));
  }

  @PostMapping("/update")
  Map<String, RunInfo> update(Scope scope, Fields fields) {
    var run =
        runs.update(
            scope.project(),
            fields.runId(),
            fields
                .optionalText("status")
                .filter(status -> !status.isEmpty())
                .map(RunStatus::written),
            boxed(fields.optionalWhole("end_time")),
            fields.optionalText("run_name"));
    return Map.of("run_info", RunInfo.of(run));
  }

  @PostMapping("/delete")
  Map<String, Object> delete(Scope scope, Fields fields) {
    runs.move(scope.project(), fields.runId(), "deleted");
    return Map.of();
  }

  @PostMapping("/restore")
  Map<String, Object> restore(Scope scope, Fields fields) {
    runs.move(scope.project(), fields.runId(), "active");
    return Map.of();
  }

  @PostMapping("/search")
  Map<String, Object> search(Scope scope, Fields fields) {
    var page =
        search.page(
            scope.project(),
            fields.texts("experiment_ids"),
            fields.optionalText("filter").orElse(""),
            fields.texts("order_by"),
            Lifecycle.written(fields.optionalText("run_view_type")),
            fields.pageSize("max_results", USUAL_RESULTS, MOST_RESULTS),
            PageToken.of(fields.optionalText("page_token")));
    return Pages.message("runs", page.map(RunMessage::of));
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }
}
