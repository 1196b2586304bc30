package dev.fovea.cli.imports.mlflow;

import dev.fovea.cli.imports.mlflow.stored.ArtifactFolders;
import dev.fovea.cli.imports.mlflow.stored.Words;
import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.LoggedModel.Measure;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceExperiment;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.cli.imports.source.Tree;
import dev.fovea.cli.imports.source.UsedDataset;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** MLflow's file store, a folder such as {@code mlruns} (mlflow 3.17.2, file_store.py). */
final class FileStore implements Source {
  private static final String META = "meta.yaml";
  private static final Set<String> NOT_RUNS = Set.of("tags", "datasets", "traces", "models");
  private static final String ACTIVE = "active";
  private static final int MOST_MEASURES = 100_000;
  private static final int MOST_LABEL_BYTES = 1 << 20;

  private final Tree tree;
  private final ArtifactFolders artifacts;
  private final Remarks remarks;
  private final Map<String, Path> runs = new HashMap<>();
  private final Map<String, Path> models = new HashMap<>();

  FileStore(Tree tree, ArtifactFolders artifacts, Remarks remarks) {
    this.tree = tree;
    this.artifacts = artifacts;
    this.remarks = remarks;
  }

  /** Opens a folder, which must look like a file store. */
  static FileStore open(Path folder, ArtifactFolders artifacts, Remarks remarks)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidRequest(
          "there is no folder '%s'".formatted(folder),
          "name the folder of MLflow's file store, usually 'mlruns'");
    }
    var store = new FileStore(new Tree(folder, remarks), artifacts, remarks);
    if (store.experimentFolders().isEmpty()) {
      throw new InvalidRequest(
          "'%s' is no file store of MLflow: no folder in it has a meta.yaml".formatted(folder),
          "name the folder that holds the experiments, usually 'mlruns'");
    }
    return store;
  }

  @Override
  public String kind() {
    return "mlflow";
  }

  private List<Path> experimentFolders() throws IOException {
    return tree.folders(tree.root()).stream()
        .filter(folder -> !name(folder).equals(".trash") && !name(folder).equals("models"))
        .filter(folder -> tree.isFile(folder.resolve(META)))
        .toList();
  }

  @Override
  public List<SourceExperiment> experiments() throws IOException {
    var experiments = new ArrayList<SourceExperiment>();
    int deleted = 0;
    for (var folder : experimentFolders()) {
      var meta = meta(folder);
      if (meta.isEmpty()) {
        continue;
      }
      if (!meta.get().find("lifecycle_stage").orElse(ACTIVE).equals(ACTIVE)) {
        deleted++;
        continue;
      }
      var name = meta.get().text("name");
      experiments.add(
          new SourceExperiment(
              name(folder), name.isEmpty() ? name(folder) : name, labels(folder.resolve("tags"))));
      var traces = tree.folders(folder.resolve("traces")).size();
      if (traces > 0) {
        remarks.note(
            "%d traces of experiment '%s' have no place here"
                .formatted(traces, Text.excerpt(name)));
      }
    }
    deleted += tree.folders(tree.root().resolve(".trash")).size();
    if (deleted > 0) {
      remarks.note("%d deleted experiments are left out".formatted(deleted));
    }
    return List.copyOf(experiments);
  }

  @Override
  public void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException {
    var home = tree.root().resolve(experiment.id());
    int deleted = 0;
    for (var folder : tree.folders(home)) {
      if (NOT_RUNS.contains(name(folder))) {
        continue;
      }
      if (!tree.isFile(folder.resolve(META))) {
        remarks.note("%s has no meta.yaml, and is no run".formatted(tree.shown(folder)));
        continue;
      }
      var meta = meta(folder);
      if (meta.isEmpty()) {
        continue;
      }
      if (!meta.get().find("lifecycle_stage").orElse(ACTIVE).equals(ACTIVE)) {
        deleted++;
        continue;
      }
      each.take(run(experiment, home, folder, meta.get()));
    }
    if (deleted > 0) {
      remarks.note(
          "%d deleted runs of experiment '%s' are left out"
              .formatted(deleted, Text.excerpt(experiment.name())));
    }
  }

  private SourceRun run(SourceExperiment experiment, Path home, Path folder, MetaYaml meta)
      throws IOException {
    var id = name(folder);
    runs.put(id, folder);
    var datasets = new ArrayList<UsedDataset>();
    var modelsIn = new ArrayList<String>();
    for (var input : tree.folders(folder.resolve("inputs"))) {
      var about = meta(input);
      if (about.isPresent()) {
        if (about.get().text("source_type").equals("MODEL")) {
          modelsIn.add(about.get().text("source_id"));
        } else {
          dataset(home, about.get()).ifPresent(datasets::add);
        }
      }
    }
    var modelsOut = new ArrayList<SourceRun.MadeModel>();
    for (var output : tree.folders(folder.resolve("outputs"))) {
      meta(output)
          .ifPresent(about ->
              modelsOut.add(
                  new SourceRun.MadeModel(
                      about.text("destination_id"), about.whole("step").orElse(0L))));
    }
    var ended = meta.whole("end_time");
    return new SourceRun(
        id,
        experiment.id(),
        meta.text("run_name"),
        meta.text("user_id"),
        Words.run(meta.whole("status").orElse(0L)),
        Math.max(0, meta.whole("start_time").orElse(0L)),
        ended.isPresent() ? OptionalLong.of(ended.get()) : OptionalLong.empty(),
        labels(folder.resolve("params")),
        labels(folder.resolve("tags")),
        List.copyOf(datasets),
        List.copyOf(modelsIn),
        List.copyOf(modelsOut));
  }

  private Optional<UsedDataset> dataset(Path home, MetaYaml input) throws IOException {
    var id = input.text("source_id");
    if (!id.matches("[0-9a-f]{1,64}")) {
      remarks.fault("'%s' is no dataset's id".formatted(Text.excerpt(id)));
      return Optional.empty();
    }
    return meta(home.resolve("datasets").resolve(id))
        .map(meta ->
            new UsedDataset(
                meta.text("name"),
                meta.text("digest"),
                meta.text("source_type"),
                meta.text("source"),
                meta.find("schema"),
                meta.find("profile"),
                input.pairs("tags")));
  }

  @Override
  public void points(SourceRun run, Each<Point> each) throws IOException {
    var folder = folder(runs, run.id()).resolve("metrics");
    for (var file : tree.files(folder)) {
      var lines = new MetricLines(tree.shown(file), key(folder, file), remarks);
      try (var in = tree.open(file)) {
        lines.read(
            in,
            line -> {
              if (line.rest().size() == 1) {
                remarks.fault("%s has a line of 4 fields".formatted(tree.shown(file)));
              } else {
                each.take(line.point());
              }
            });
      }
    }
  }

  @Override
  public List<SourceFile> files(SourceRun run) throws IOException {
    return files(folder(runs, run.id()), "artifact_uri", run.id());
  }

  @Override
  public List<SourceFile> files(LoggedModel model) throws IOException {
    return files(folder(models, model.id()), "artifact_location", model.id());
  }

  private List<SourceFile> files(Path folder, String field, String owner) throws IOException {
    var uri = meta(folder).map(meta -> meta.text(field)).orElse("");
    var usual = folder.resolve("artifacts");
    return artifacts.files(tree.isFolder(usual) ? usual.toString() : uri, owner);
  }

  @Override
  public List<LoggedModel> loggedModels(SourceExperiment experiment) throws IOException {
    var found = new ArrayList<LoggedModel>();
    for (var folder : tree.folders(tree.root().resolve(experiment.id()).resolve("models"))) {
      var meta = meta(folder);
      if (meta.isEmpty() || !meta.get().find("lifecycle_stage").orElse(ACTIVE).equals(ACTIVE)) {
        continue;
      }
      models.put(name(folder), folder);
      found.add(
          new LoggedModel(
              name(folder),
              experiment.id(),
              meta.get().text("name"),
              meta.get().text("model_type"),
              meta.get().find("source_run_id"),
              Words.loggedModel(meta.get().whole("status").orElse(0L)),
              labels(folder.resolve("params")),
              labels(folder.resolve("tags")),
              measures(folder.resolve("metrics"))));
    }
    return List.copyOf(found);
  }

  private List<Measure> measures(Path folder) throws IOException {
    var measures = new ArrayList<Measure>();
    for (var file : tree.files(folder)) {
      try (var in = tree.open(file)) {
        new MetricLines(tree.shown(file), key(folder, file), remarks)
            .read(
                in,
                line -> {
                  if (line.rest().isEmpty() || measures.size() == MOST_MEASURES) {
                    remarks.fault(
                        "%s has a line without a run, or is one of more than %d"
                            .formatted(tree.shown(file), MOST_MEASURES));
                    return;
                  }
                  int last = line.rest().size() - 1;
                  measures.add(
                      new Measure(
                          line.rest().getFirst(),
                          line.point(),
                          last > 1 ? String.join(" ", line.rest().subList(1, last)) : "",
                          last > 1 ? line.rest().getLast() : ""));
                });
      }
    }
    return List.copyOf(measures);
  }

  @Override
  public List<RegisteredModel> registeredModels() throws IOException {
    var found = new ArrayList<RegisteredModel>();
    for (var folder : tree.folders(tree.root().resolve("models"))) {
      var meta = meta(folder);
      if (meta.isPresent()) {
        var name = meta.get().text("name");
        found.add(
            new RegisteredModel(
                name.isEmpty() ? name(folder) : name,
                meta.get().find("description"),
                labels(folder.resolve("tags")),
                versions(folder),
                labels(folder.resolve("aliases"))));
      }
    }
    return List.copyOf(found);
  }

  private List<RegisteredModel.Version> versions(Path model) throws IOException {
    var versions = new ArrayList<RegisteredModel.Version>();
    for (var folder : tree.folders(model)) {
      if (!name(folder).matches("version-\\d{1,9}")) {
        continue;
      }
      var meta = meta(folder);
      if (meta.isPresent() && !meta.get().text("current_stage").equals("Deleted_Internal")) {
        var source = meta.get().text("source");
        versions.add(
            new RegisteredModel.Version(
                Integer.parseInt(name(folder).substring("version-".length())),
                source,
                meta.get().find("storage_location").orElse(source),
                meta.get().find("run_id"),
                meta.get().find("model_id"),
                meta.get().text("description"),
                meta.get().text("current_stage"),
                labels(folder.resolve("tags"))));
      }
    }
    versions.sort((a, b) -> Integer.compare(a.number(), b.number()));
    return List.copyOf(versions);
  }

  /** Files whose paths are keys and whose texts are values. */
  private List<Pair> labels(Path folder) throws IOException {
    var labels = new ArrayList<Pair>();
    for (var file : tree.files(folder)) {
      try {
        labels.add(new Pair(key(folder, file), tree.text(file, MOST_LABEL_BYTES)));
      } catch (IOException e) {
        remarks.fault(String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(labels);
  }

  /** What a folder's {@code meta.yaml} says; empty where it cannot be read, which is said. */
  private Optional<MetaYaml> meta(Path folder) {
    var file = folder.resolve(META);
    try {
      return Optional.of(MetaYaml.parse(tree.shown(file), tree.text(file, MetaYaml.MOST_BYTES)));
    } catch (IOException e) {
      remarks.fault(
          e instanceof NoSuchFileException
              ? "%s is missing".formatted(tree.shown(file))
              : String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Path folder(Map<String, Path> folders, String id) {
    return Objects.requireNonNull(folders.get(id), "it was listed before");
  }

  private static String key(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  @Override
  public void close() {
    // Files are open only while they are read.
  }
}
