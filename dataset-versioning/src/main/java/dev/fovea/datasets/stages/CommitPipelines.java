package dev.fovea.datasets.stages;

import dev.fovea.datasets.PipelineStages.Doubt;
import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.repository.CommitFiles.Content;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.dvc.pipeline.DvcPipeline;
import dev.fovea.dvc.work.Stages;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pipelines of one commit: each {@code dvc.yaml} with the {@code dvc.lock} beside it. What
 * can't be used is left out and said.
 */
final class CommitPipelines {
  private static final int MOST_PATHS = 200_000;
  private static final int MOST_FILES = 100;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_CHARS = 4 << 20;
  private static final String MEND =
      "mend it until 'dvc stage list' reads it here as well, commit and push";

  private final CommitFiles files;
  private final List<Pipeline> pipelines = new ArrayList<>();
  private final List<Doubt> doubts = new ArrayList<>();
  private List<String> paths = List.of();
  private int chars = MOST_CHARS;

  private CommitPipelines(CommitFiles files) {
    this.files = files;
  }

  /**
   * One of them.
   *
   * @param file path of its {@code dvc.yaml}
   * @param ran what the lock says, by the names of stages
   * @param known whether the lock could be read, or there is none
   */
  record Pipeline(
      String file, DvcPipeline declared, Map<String, DvcLock.Stage> ran, boolean known) {}

  /** Reads those of a commit. */
  static CommitPipelines read(CommitFiles files) throws IOException {
    var reading = new CommitPipelines(files);
    try {
      reading.readAll();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return reading;
  }

  List<Pipeline> pipelines() {
    return pipelines;
  }

  /** Paths of all that were found, read or not. */
  List<String> paths() {
    return paths;
  }

  List<Doubt> doubts() {
    return doubts;
  }

  private void readAll() throws IOException {
    var found = files.named(Stages.PIPELINE, MOST_PATHS);
    paths = found.paths().stream().limit(MOST_FILES).toList();
    if (!found.complete()) {
      doubts.add(
          new Doubt(
              Stages.PIPELINE,
              0,
              "the commit has more than %,d files and folders, or some too deep in each other: not all were looked through"
                  .formatted(MOST_PATHS),
              "look at the others with 'dvc dag' in a clone"));
    }
    if (found.paths().size() > MOST_FILES) {
      doubts.add(
          new Doubt(
              found.paths().get(MOST_FILES),
              0,
              "the commit has %,d %s files (expected: at most %d): this one and those after it are not shown"
                  .formatted(found.paths().size(), Stages.PIPELINE, MOST_FILES),
              "look at the others with 'dvc dag' in a clone"));
    }
    for (var path : paths) {
      read(path);
    }
  }

  private void read(String path) throws IOException {
    switch (files.read(path, MOST_BYTES)) {
      case Content.Absent() -> doubts.add(new Doubt(path, 0, "is not there by that name", MEND));
      case Content.Unusable(var reason) -> doubts.add(new Doubt(path, 0, reason, MEND));
      case Content.Text(var text) -> {
        if (isTooMuch(path, text)) {
          return;
        }
        try {
          var declared = DvcPipeline.whole(text, file -> variables(path, file));
          var ran = ran(Stages.lock(path));
          pipelines.add(new Pipeline(path, declared, ran.orElse(Map.of()), ran.isPresent()));
        } catch (DvcMistake e) {
          doubts.add(new Doubt(path, e.line(), e.text(), MEND));
        }
      }
    }
  }

  /** What the lock says; nothing where there is none, absent where it can't be read. */
  private Optional<Map<String, DvcLock.Stage>> ran(String lock) throws IOException {
    var content = files.read(lock, MOST_BYTES);
    if (content instanceof Content.Absent) {
      return Optional.of(Map.of());
    }
    if (content instanceof Content.Unusable(var reason)) {
      doubts.add(unreadable(lock, 0, reason));
    } else if (content instanceof Content.Text(var text) && !isTooMuch(lock, text)) {
      try {
        var ran = new LinkedHashMap<String, DvcLock.Stage>();
        DvcLock.parse(text).stages().forEach(stage -> ran.put(stage.name(), stage));
        return Optional.of(ran);
      } catch (DvcMistake e) {
        doubts.add(unreadable(lock, e.line(), e.text()));
      }
    }
    return Optional.empty();
  }

  private static Doubt unreadable(String lock, int line, String text) {
    return new Doubt(
        lock,
        line,
        text + "; so what its stages did last is not known",
        "take the file of a commit that was sound (git checkout COMMIT -- %s), or have 'dvc repro' write it anew"
            .formatted(Text.excerpt(lock)));
  }

  /** A file that a {@code dvc.yaml} may take variables from: no doubt where there is none. */
  private Optional<String> variables(String pipeline, String path) {
    return DvcPipeline.place(pipeline, "", path).flatMap(this::text);
  }

  /** A file that values are taken from; absent where it can't be used. */
  Optional<String> text(String path) {
    try {
      if (files.read(path, MOST_BYTES) instanceof Content.Text(var text)
          && text.length() <= chars) {
        chars -= text.length();
        return Optional.of(text);
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isTooMuch(String path, String text) {
    if (text.length() > chars) {
      doubts.add(
          new Doubt(
              path,
              0,
              "with this file the commit's pipelines have more than %,d characters: it is not shown"
                  .formatted(MOST_CHARS),
              "look at it with 'dvc dag' in a clone"));
      return true;
    }
    chars -= text.length();
    return false;
  }
}
