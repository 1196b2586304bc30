package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.rest.Refusal;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.cli.imports.source.UsedDataset;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings a run, or what has come to one since it was brought. */
final class RunTransfer {
  private static final String NAME_TAG = "mlflow.runName";
  private static final int BATCH = 100;

  private final Source source;
  private final Fovea fovea;
  private final Remarks remarks;
  private final Tally inSource;
  private final Tally here;
  private final Labels labels;
  private final MetricTransfer metrics;
  private final FileTransfer files;
  private final Ids ids;

  RunTransfer(
      Source source,
      Fovea fovea,
      Remarks remarks,
      Tally inSource,
      Tally here,
      FileTransfer files,
      Ids ids) {
    this.source = source;
    this.fovea = fovea;
    this.remarks = remarks;
    this.inSource = inSource;
    this.here = here;
    this.labels = new Labels(remarks);
    this.metrics = new MetricTransfer(source, fovea, remarks, inSource, here);
    this.files = files;
    this.ids = ids;
  }

  /**
   * Brings one run.
   *
   * @param experiment the server's id of its experiment
   */
  void bring(String experiment, SourceRun run) throws IOException {
    var whose = "run %s".formatted(Text.excerpt(run.id()));
    var params = labels.held("parameter", whose, run.params(), Labels.PARAM_CHARS);
    var tags = labels.held("tag", whose, run.tags(), Labels.TAG_CHARS);
    var known = ids.run(run.id());
    var there = known.isPresent() ? fovea.run(known.get()) : create(experiment, run, tags);
    inSource.run();
    here.run();
    log(whose, there, params, tags);
    metrics.bring(whose, run, there);
    files.bring(whose, new Fovea.Owner(there.experiment(), there.id()), source.files(run));
    datasets(run, there);
    end(run, there);
    compare(whose, run, params, tags, fovea.run(there.id()));
    ids.waits(run, there);
  }

  private Fovea.Run create(String experiment, SourceRun run, List<Pair> tags) throws IOException {
    var named =
        tags.stream()
            .filter(tag -> tag.key().equals(NAME_TAG))
            .map(Pair::value)
            .findFirst()
            .orElse(run.name());
    var made =
        fovea.createRun(
            experiment,
            named.length() > 250 ? named.substring(0, 250) : named,
            run.user(),
            run.beganMillis(),
            Labels.with(List.of(), source.kind() + ":" + run.id()));
    ids.run(run.id(), made.id());
    return made;
  }

  private void log(String whose, Fovea.Run there, List<Pair> params, List<Pair> tags)
      throws IOException {
    var missing =
        Labels.missing(params, there.params()).stream()
            .filter(param -> !there.params().containsKey(param.key()))
            .toList();
    for (var piece : Labels.pieces(missing, BATCH)) {
      logged(whose, there.id(), piece, List.of());
    }
    for (var piece : Labels.pieces(Labels.missing(tags, there.tags()), BATCH)) {
      logged(whose, there.id(), List.of(), piece);
    }
  }

  // One that the server does not take must not keep out its neighbours.
  private void logged(String whose, String run, List<Pair> params, List<Pair> tags)
      throws IOException {
    try {
      fovea.log(run, List.of(), params, tags);
    } catch (Refusal e) {
      if (e.status() != 400) {
        throw e;
      }
      if (params.size() + tags.size() == 1) {
        var refused = params.isEmpty() ? tags.getFirst() : params.getFirst();
        remarks.fault(
            "%s '%s' of %s: %s"
                .formatted(
                    params.isEmpty() ? "tag" : "parameter",
                    Text.excerpt(refused.key()),
                    whose,
                    e.explanation()));
        return;
      }
      for (var param : params) {
        logged(whose, run, List.of(param), List.of());
      }
      for (var tag : tags) {
        logged(whose, run, List.of(), List.of(tag));
      }
    }
  }

  private void datasets(SourceRun run, Fovea.Run there) throws IOException {
    var missing =
        run.datasets().stream().filter(used -> !there.datasets().contains(key(used))).toList();
    for (var piece : Labels.pieces(missing, BATCH)) {
      fovea.logInputs(there.id(), piece.stream().map(RunTransfer::message).toList(), List.of());
    }
  }

  private static List<String> key(UsedDataset used) {
    return List.of(used.name(), used.digest());
  }

  private static Map<String, Object> message(UsedDataset used) {
    var dataset = new LinkedHashMap<String, Object>();
    dataset.put("name", used.name());
    dataset.put("digest", used.digest());
    dataset.put("source_type", used.sourceType());
    dataset.put("source", used.source());
    used.schema().ifPresent(schema -> dataset.put("schema", schema));
    used.profile().ifPresent(profile -> dataset.put("profile", profile));
    return Map.of("dataset", dataset, "tags", used.tags());
  }

  private void end(SourceRun run, Fovea.Run there) throws IOException {
    if (!run.status().equals(there.status())
        || (run.endedMillis().isPresent() && !run.endedMillis().equals(there.endedMillis()))) {
      fovea.endRun(there.id(), run.status(), run.endedMillis());
    }
  }

  private void compare(
      String whose, SourceRun run, List<Pair> params, List<Pair> tags, Fovea.Run there) {
    inSource.params(params.size());
    var noParams = Labels.missing(params, there.params());
    here.params(params.size() - noParams.size());
    differs("parameter", whose, noParams);
    inSource.tags(tags.size());
    var noTags = Labels.missing(tags, there.tags());
    here.tags(tags.size() - noTags.size());
    differs("tag", whose, noTags);
    inSource.datasets(run.datasets().size());
    var noDatasets = new ArrayList<String>();
    for (var used : run.datasets()) {
      if (!there.datasets().contains(key(used))) {
        noDatasets.add(used.name());
      }
    }
    here.datasets(run.datasets().size() - noDatasets.size());
    noDatasets.forEach(name ->
        remarks.fault("dataset '%s' of %s is not here".formatted(Text.excerpt(name), whose)));
    if (!run.status().equals(there.status())) {
      remarks.fault(
          "%s is %s in the source and %s here".formatted(whose, run.status(), there.status()));
    }
  }

  private void differs(String what, String whose, List<Pair> missing) {
    missing.forEach(pair ->
        remarks.fault(
            "%s '%s' of %s is not here as it is in the source"
                .formatted(what, Text.excerpt(pair.key()), whose)));
  }
}
