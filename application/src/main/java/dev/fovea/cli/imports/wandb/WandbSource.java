package dev.fovea.cli.imports.wandb;

import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceExperiment;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.cli.imports.source.Tree;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The run folders that W&amp;B's client leaves where it works offline: each project becomes an
 * experiment, and a run that was resumed in several folders is one run.
 */
public final class WandbSource implements Source {
  private static final String FILE = "run-.+\\.wandb";
  private static final Set<String> USUAL_LINKS =
      Set.of("latest-run", "debug.log", "debug-internal.log", "debug-cli.log");
  private static final int FOLDERS_DEEP = 2;

  private final Tree tree;
  private final boolean withFiles;

  /** Project to run to its folders in the order of their names. */
  private final Map<String, Map<String, List<RunFile>>> projects = new TreeMap<>();

  private WandbSource(Tree tree, boolean withFiles) {
    this.tree = tree;
    this.withFiles = withFiles;
  }

  /**
   * Opens a folder.
   *
   * @param folder a run's, the {@code wandb} folder with runs, or one that holds that
   * @param withFiles whether the runs' files are wanted
   */
  public static WandbSource open(Path folder, boolean withFiles, Remarks remarks)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidRequest(
          "there is no folder '%s'".formatted(folder),
          "name the folder 'wandb' with its offline-run-… folders");
    }
    var source = new WandbSource(new Tree(folder, remarks, USUAL_LINKS), withFiles);
    var files = new ArrayList<Path>();
    source.collect(source.tree.root(), FOLDERS_DEEP, files);
    if (files.isEmpty()) {
      throw new InvalidRequest(
          "'%s' holds no run of W&B: no file run-….wandb is in it or two folders below it"
              .formatted(folder),
          "name the folder 'wandb' with its offline-run-… folders");
    }
    for (var file : files) {
      source.add(file, remarks);
    }
    return source;
  }

  private void collect(Path folder, int deep, List<Path> files) throws IOException {
    try (var entries = Files.list(folder)) {
      entries
          .filter(path -> String.valueOf(path.getFileName()).matches(FILE) && tree.isFile(path))
          .sorted()
          .forEach(files::add);
    }
    if (deep > 0) {
      for (var inner : tree.folders(folder)) {
        collect(inner, deep - 1, files);
      }
    }
  }

  private void add(Path file, Remarks remarks) {
    try {
      var run = RunFile.read(tree, file, remarks);
      if (run.id().isEmpty()) {
        remarks.fault("%s names no run, and is left out".formatted(tree.shown(file)));
        return;
      }
      run.remark();
      projects
          .computeIfAbsent(run.project(), _ -> new TreeMap<>())
          .computeIfAbsent(run.id(), _ -> new ArrayList<>())
          .add(run);
    } catch (IOException e) {
      remarks.fault("%s is left out: %s".formatted(tree.shown(file), e.getMessage()));
    }
  }

  @Override
  public String kind() {
    return "wandb";
  }

  @Override
  public List<SourceExperiment> experiments() {
    return projects.keySet().stream()
        .map(project -> new SourceExperiment(project, project, List.of()))
        .toList();
  }

  @Override
  public void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException {
    for (var parts : projects.getOrDefault(experiment.id(), Map.of()).values()) {
      each.take(run(experiment, parts));
    }
  }

  private static SourceRun run(SourceExperiment experiment, List<RunFile> parts) {
    var params = new LinkedHashMap<String, String>();
    var tags = new LinkedHashMap<String, String>();
    long ended = 0;
    for (var part : parts) {
      part.params().forEach(param -> params.put(param.key(), param.value()));
      part.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
      ended = Math.max(ended, part.lastMillis());
    }
    var first = parts.getFirst();
    var last = parts.getLast();
    return new SourceRun(
        experiment.id() + "/" + first.id(),
        experiment.id(),
        last.name(),
        last.user(),
        last.status(),
        first.beganMillis(),
        OptionalLong.of(ended),
        pairs(params),
        pairs(tags),
        List.of(),
        List.of(),
        List.of());
  }

  private static List<Pair> pairs(Map<String, String> map) {
    return map.entrySet().stream().map(e -> new Pair(e.getKey(), e.getValue())).toList();
  }

  private List<RunFile> parts(SourceRun run) {
    var id = run.id().substring(run.experiment().length() + 1);
    return projects.getOrDefault(run.experiment(), Map.of()).getOrDefault(id, List.of());
  }

  @Override
  public void points(SourceRun run, Each<Point> each) throws IOException {
    for (var part : parts(run)) {
      part.points(each);
    }
  }

  @Override
  public List<SourceFile> files(SourceRun run) throws IOException {
    var files = new LinkedHashMap<String, SourceFile>();
    if (withFiles) {
      for (var part : parts(run)) {
        for (var file : tree.sourceFiles(part.folder().resolve("files"))) {
          files.put(file.path(), file);
        }
      }
    }
    return List.copyOf(files.values());
  }

  @Override
  public List<LoggedModel> loggedModels(SourceExperiment experiment) {
    return List.of();
  }

  @Override
  public List<SourceFile> files(LoggedModel model) {
    return List.of();
  }

  @Override
  public List<RegisteredModel> registeredModels() {
    return List.of();
  }

  @Override
  public void close() {
    // Files are open only while they are read.
  }
}
