package dev.fovea.datasets.stages;

import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.repository.CommitFiles.Content;
import dev.fovea.datasets.stages.StageRun.Data;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.dvc.pipeline.DvcPipeline;
import dev.fovea.dvc.work.Stages;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a commit's {@code dvc.lock} files say of stages that their {@code dvc.yaml} declares.
 * What can't be used is left out and said; nothing is refused.
 */
public final class StageReader {
  private static final int MOST_PATHS = 200_000;
  private static final int MOST_LOCKS = 100;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_CHARS = 4 << 20;
  private static final int MOST_RUNS = 500;
  private static final int MOST_DATA = 2_000;

  private final CommitFiles files;
  private final List<StageRun> runs = new ArrayList<>();
  private final List<Doubt> doubts = new ArrayList<>();
  private int chars = MOST_CHARS;
  private int data = MOST_DATA;
  private boolean full;

  private StageReader(CommitFiles files) {
    this.files = files;
  }

  /**
   * What was read.
   *
   * @param runs at most 500, with at most 2,000 files and folders in all
   */
  public record Read(List<StageRun> runs, List<Doubt> doubts) {}

  /**
   * Something that could not be used, and is not in the lineage.
   *
   * @param file its path in the repository
   * @param line in it, from 1; 0 where the whole file is meant
   */
  public record Doubt(String file, int line, String text) {}

  /** Reads those of a commit. */
  public static Read read(CommitFiles files) throws IOException {
    var reader = new StageReader(files);
    reader.readAll();
    return new Read(List.copyOf(reader.runs), List.copyOf(reader.doubts));
  }

  private void readAll() throws IOException {
    var found = files.named(Stages.LOCK, MOST_PATHS);
    if (!found.complete()) {
      doubt(
          Stages.LOCK,
          0,
          "the commit has more than %,d files and folders, or some too deep in each other: not all of its %s files are in the lineage"
              .formatted(MOST_PATHS, Stages.LOCK));
    }
    if (found.paths().size() > MOST_LOCKS) {
      doubt(
          found.paths().get(MOST_LOCKS),
          0,
          "the commit has %,d %s files (expected: at most %d): this one and those after it are not in the lineage"
              .formatted(found.paths().size(), Stages.LOCK, MOST_LOCKS));
    }
    for (var lock : found.paths().stream().limit(MOST_LOCKS).toList()) {
      if (full) {
        return;
      }
      read(lock);
    }
  }

  private void read(String lock) throws IOException {
    var text = text(lock, lock);
    if (text.isEmpty()) {
      return;
    }
    var pipeline = Stages.pipeline(lock);
    var file = lock;
    try {
      var stages = DvcLock.parse(text.get()).stages();
      var yaml = stages.isEmpty() ? Optional.<String>empty() : text(pipeline, lock);
      if (yaml.isPresent()) {
        file = pipeline;
        var declared = DvcPipeline.parse(yaml.get(), path -> variables(pipeline, path));
        for (var stage : stages) {
          if (full) {
            return;
          }
          // DVC takes no notice of what a lock says of a stage that is gone.
          declared
              .stage(stage.name())
              .ifPresent(known -> take(lock, pipeline, stage, known, declared));
        }
      }
    } catch (DvcMistake e) {
      doubt(
          file,
          e.line(),
          "%s; so the stages of %s are not in the lineage"
              .formatted(e.text(), file.equals(lock) ? "this file" : lock));
    }
  }

  private Optional<String> text(String path, String lock) throws IOException {
    var lost =
        path.equals(lock)
            ? "so its stages are not in the lineage"
            : "so the stages of %s are not in the lineage".formatted(lock);
    switch (files.read(path, MOST_BYTES)) {
      case Content.Absent() ->
          // Found and yet absent: the path is no UTF-8.
          doubt(path, 0, "is not in this commit by that name, " + lost);
      case Content.Unusable(var reason) -> doubt(path, 0, reason + ", " + lost);
      case Content.Text(var text) -> {
        chars -= text.length();
        if (chars >= 0) {
          return Optional.of(text);
        }
        full = true;
        doubt(
            path,
            0,
            "with this file the commit's pipelines have more than %,d characters: this one and those after it are not in the lineage"
                .formatted(MOST_CHARS));
      }
    }
    return Optional.empty();
  }

  /** A file that a {@code dvc.yaml} may take variables from: no doubt where there is none. */
  private Optional<String> variables(String pipeline, String path) {
    var place = DvcPipeline.place(pipeline, "", path);
    try {
      if (place.isPresent()
          && files.read(place.get(), MOST_BYTES) instanceof Content.Text(var text)
          && text.length() <= chars) {
        chars -= text.length();
        return Optional.of(text);
      }
    } catch (IOException _) {
      // Then its values are not known.
    }
    return Optional.empty();
  }

  private void take(
      String lock,
      String pipeline,
      DvcLock.Stage stage,
      DvcPipeline.Stage known,
      DvcPipeline declared) {
    data -= stage.deps().size() + stage.outs().size() + stage.parameters().size();
    if (runs.size() == MOST_RUNS || data < 0) {
      full = true;
      doubt(
          lock,
          0,
          "with stage %s the commit has more than %d stages, or more than %,d parameters, files and folders that they had, read and made: this one and those after it are not in the lineage"
              .formatted(Text.excerpt(stage.name()), MOST_RUNS, MOST_DATA));
      return;
    }
    var outs =
        stage.outs().stream()
            .filter(out ->
                known.fault().isPresent() || declared.output(stage.name(), out.path()).isPresent())
            .map(out -> data(pipeline, known, out))
            .distinct()
            .toList();
    runs.add(
        new StageRun(
            pipeline,
            stage.name(),
            Logins.without(stage.command()),
            stage.parameters().stream()
                .map(each -> Logins.without("%s=%s".formatted(each.key(), each.value())))
                .toList(),
            stage.deps().stream().map(dep -> data(pipeline, known, dep)).distinct().toList(),
            outs));
  }

  private static Data data(String pipeline, DvcPipeline.Stage stage, DvcLock.Entry entry) {
    var path =
        stage.wdir().isPresent()
            ? DvcPipeline.place(pipeline, stage.wdir().get(), entry.path()).orElse(entry.path())
            : "…/" + entry.path(); // its folder is not resolved here
    return new Data(
        Logins.without(path),
        entry
            .name()
            .map(name ->
                entry.hash().equals(Optional.of("md5")) ? Data.md5(name) : Data.legacy(name)));
  }

  private void doubt(String file, int line, String text) {
    doubts.add(new Doubt(file, line, text));
  }
}
