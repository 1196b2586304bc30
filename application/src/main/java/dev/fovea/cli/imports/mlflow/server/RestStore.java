package dev.fovea.cli.imports.mlflow.server;

import static dev.fovea.cli.imports.mlflow.server.Listing.BASE;
import static dev.fovea.cli.imports.mlflow.server.Listing.PAGE;
import static dev.fovea.cli.imports.mlflow.server.Listing.once;
import static dev.fovea.cli.imports.mlflow.server.Listing.page;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.rest.Paged;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceExperiment;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** A tracking server of MLflow, by its REST protocol. */
public final class RestStore implements Source {
  private final Rest rest;
  private final RunListing runs;
  private final ArtifactListing artifacts;
  private final LoggedModelListing loggedModels;
  private final RegisteredModelListing registeredModels;

  /**
   * @param withFiles whether artifacts are wanted
   */
  public RestStore(Rest rest, boolean withFiles, Remarks remarks) {
    this.rest = rest;
    this.runs = new RunListing(rest, remarks);
    this.artifacts = new ArtifactListing(rest, withFiles, remarks);
    this.loggedModels = new LoggedModelListing(rest);
    this.registeredModels = new RegisteredModelListing(rest);
  }

  @Override
  public String kind() {
    return "mlflow";
  }

  @Override
  public List<SourceExperiment> experiments() throws IOException {
    var found = new ArrayList<SourceExperiment>();
    var seen = new HashSet<String>();
    Paged.each(
        "experiments",
        token ->
            rest.post(
                BASE + "experiments/search",
                page(token, Map.of("view_type", "ACTIVE_ONLY", "max_results", PAGE))),
        experiment -> {
          var id = experiment.path("experiment_id").asString("");
          once(seen, "experiment", id);
          found.add(
              new SourceExperiment(
                  id, experiment.path("name").asString(""), Json.pairs(experiment.path("tags"))));
        });
    return List.copyOf(found);
  }

  @Override
  public void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException {
    runs.runs(experiment, each);
  }

  @Override
  public void points(SourceRun run, Each<Point> each) throws IOException {
    runs.points(run, each);
  }

  @Override
  public List<SourceFile> files(SourceRun run) throws IOException {
    return artifacts.files(run);
  }

  @Override
  public List<SourceFile> files(LoggedModel model) throws IOException {
    return artifacts.files(model);
  }

  @Override
  public List<LoggedModel> loggedModels(SourceExperiment experiment) throws IOException {
    return loggedModels.of(experiment);
  }

  @Override
  public List<RegisteredModel> registeredModels() throws IOException {
    return registeredModels.all();
  }

  @Override
  public void close() {
    rest.close();
  }
}
