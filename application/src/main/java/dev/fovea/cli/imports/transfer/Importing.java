package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceExperiment;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;

/**
 * Brings all of a source: experiments with their runs and logged models, then what names them.
 * Every step looks at what is here first, so an import that was ended goes on, and one of a source
 * that has grown brings the rest.
 */
public final class Importing {
  private final Source source;
  private final Fovea fovea;
  private final Remarks remarks;
  private final Progress progress;
  private final Tally inSource = new Tally();
  private final Tally here = new Tally();
  private final Ids ids = new Ids();
  private final RunTransfer runs;
  private final LoggedModelTransfer models;

  /**
   * @param remarks the source's, too
   * @param readAll whether files that are far away are read again where one of their size is here
   */
  public Importing(
      Source source, Fovea fovea, Remarks remarks, Progress progress, boolean readAll) {
    this.source = source;
    this.fovea = fovea;
    this.remarks = remarks;
    this.progress = progress;
    var files = new FileTransfer(fovea, remarks, progress, inSource, here, readAll);
    this.runs = new RunTransfer(source, fovea, remarks, inSource, here, files, ids);
    this.models = new LoggedModelTransfer(source, fovea, remarks, inSource, here, files, ids);
  }

  /**
   * Brings it.
   *
   * @param name of the source, for people
   */
  public ImportReport run(String name) throws IOException {
    var experiments = source.experiments();
    progress.begin("experiments", experiments.size(), 0);
    var made = new ArrayList<Experiment>();
    for (var experiment : experiments) {
      inSource.experiment();
      var id = experiment(experiment);
      here.experiment();
      runs(id, experiment);
      made.add(new Experiment(id, experiment));
      progress.did(1, 0);
    }
    // After all runs: a model may be measured by a run of another experiment.
    for (var each : made) {
      models.bring(each.id(), source.loggedModels(each.source()));
    }
    models.tie();
    var registry = new RegistryTransfer(source.kind(), fovea, remarks, inSource, here, ids);
    for (var model : source.registeredModels()) {
      registry.bring(model);
    }
    progress.end();
    return new ImportReport(
        name, inSource.counts(), here.counts(), fovea.written(), remarks.notes(), remarks.faults());
  }

  private String experiment(SourceExperiment experiment) throws IOException {
    var tags =
        new Labels(remarks)
            .held(
                "tag",
                "experiment '%s'".formatted(Text.excerpt(experiment.name())),
                experiment.tags(),
                20_000);
    var found = fovea.experiment(experiment.name());
    if (found.isEmpty()) {
      return fovea.createExperiment(experiment.name(), tags);
    }
    var id = found.get().path("experiment_id").asString();
    for (var tag : Labels.missing(tags, Json.map(found.get().path("tags")))) {
      fovea.tagExperiment(id, tag);
    }
    return id;
  }

  private void runs(String id, SourceExperiment experiment) throws IOException {
    var prefix = source.kind() + ":";
    fovea.importedRuns(
        id,
        source.kind(),
        run ->
            ids.run(run.source().substring(prefix.length()), run.id())
                .ifPresent(other ->
                    remarks.fault(
                        "runs %s and %s are both made of %s, by two imports at one time: delete one of them"
                            .formatted(other, run.id(), Text.excerpt(run.source())))));
    source.runs(experiment, run -> runs.bring(id, run));
  }

  /** An experiment on both sides. */
  private record Experiment(String id, SourceExperiment source) {}
}
