package dev.fovea.cli.imports.mlflow.server;

import static dev.fovea.cli.imports.mlflow.server.Listing.BASE;
import static dev.fovea.cli.imports.mlflow.server.Listing.PAGE;
import static dev.fovea.cli.imports.mlflow.server.Listing.once;
import static dev.fovea.cli.imports.mlflow.server.Listing.page;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.rest.MetricHistory;
import dev.fovea.cli.imports.rest.Paged;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.SourceExperiment;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.cli.imports.source.UsedDataset;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** Runs, a page after the other, and the whole history of each of their metrics. */
final class RunListing {
  private final Rest rest;
  private final Remarks remarks;
  private final Map<String, List<String>> metrics = new HashMap<>();

  RunListing(Rest rest, Remarks remarks) {
    this.rest = rest;
    this.remarks = remarks;
  }

  /** Those of an experiment that are not deleted, the oldest first. */
  void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException {
    var seen = new HashSet<String>();
    Paged.each(
        "runs",
        token ->
            rest.post(
                BASE + "runs/search",
                page(
                    token,
                    Map.of(
                        "experiment_ids",
                        List.of(experiment.id()),
                        "run_view_type",
                        "ACTIVE_ONLY",
                        // Those that come while it is read come behind.
                        "order_by",
                        List.of("attributes.start_time ASC"),
                        "max_results",
                        PAGE))),
        run -> {
          var read = run(experiment, run);
          once(seen, "run", read.id());
          metrics.put(read.id(), Json.texts(run.path("data").path("metrics"), "key"));
          each.take(read);
          metrics.remove(read.id());
        });
  }

  private static SourceRun run(SourceExperiment experiment, JsonNode run) {
    var info = run.path("info");
    var data = run.path("data");
    var datasets = new ArrayList<UsedDataset>();
    for (var input : run.path("inputs").path("dataset_inputs")) {
      var dataset = input.path("dataset");
      datasets.add(
          new UsedDataset(
              dataset.path("name").asString(""),
              dataset.path("digest").asString(""),
              dataset.path("source_type").asString(""),
              dataset.path("source").asString(""),
              Optional.ofNullable(dataset.path("schema").asString(null)),
              Optional.ofNullable(dataset.path("profile").asString(null)),
              Json.pairs(input.path("tags"))));
    }
    var made = new ArrayList<SourceRun.MadeModel>();
    for (var output : run.path("outputs").path("model_outputs")) {
      made.add(
          new SourceRun.MadeModel(
              output.path("model_id").asString(""), output.path("step").asLong(0)));
    }
    return new SourceRun(
        info.path("run_id").asString(""),
        experiment.id(),
        info.path("run_name").asString(""),
        info.path("user_id").asString(""),
        info.path("status").asString("FAILED"),
        Math.max(0, info.path("start_time").asLong(0)),
        info.has("end_time")
            ? OptionalLong.of(info.path("end_time").asLong(0))
            : OptionalLong.empty(),
        Json.pairs(data.path("params")),
        Json.pairs(data.path("tags")),
        List.copyOf(datasets),
        Json.texts(run.path("inputs").path("model_inputs"), "model_id"),
        List.copyOf(made));
  }

  /** The points of a run that is being taken. */
  void points(SourceRun run, Each<Point> each) throws IOException {
    for (var key : metrics.getOrDefault(run.id(), List.of())) {
      var count = new long[1];
      MetricHistory.each(
          rest,
          run.id(),
          key,
          point -> {
            count[0]++;
            each.take(point);
          });
      if (count[0] == 0) {
        remarks.fault(
            "metric '%s' of run %s: the server has a value and gives no history"
                .formatted(Text.excerpt(key), Text.excerpt(run.id())));
      }
    }
  }
}
