package dev.fovea.query;

import dev.fovea.dvc.cache.Held;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo;
import dev.fovea.query.engine.HeldFolder;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A dataset whose labels can be queried.
 *
 * @param held its files
 * @param task what YOLO's rows are; absent for other formats
 */
public record LabelledFolder(Held held, KnownFormat format, Optional<Yolo.Task> task) {
  /**
   * A folder with labels of one format.
   *
   * @param format absent for the only one that is there
   * @param task what YOLO's rows are; absent for what data.yaml says
   * @throws QueryProblem when no format is given and there is not exactly one
   */
  public static LabelledFolder of(Held held, Optional<KnownFormat> format, Optional<Yolo.Task> task)
      throws IOException {
    var folder = new HeldFolder(held);
    var known = format.isPresent() ? format.get() : only(held, folder);
    if (known != KnownFormat.YOLO) {
      return new LabelledFolder(held, known, Optional.empty());
    }
    try {
      // Asked for here, where whoever can say it is told.
      known.reader(LabelSource.of(folder), task);
      return new LabelledFolder(
          held, known, task.isPresent() ? task : Yolo.task(LabelSource.of(folder)));
    } catch (LabelMistake e) {
      throw new QueryProblem(
          String.valueOf(e.getMessage()), "mend it, or name another format with --format");
    }
  }

  private static KnownFormat only(Held held, HeldFolder folder) throws IOException {
    var found = KnownFormat.in(folder);
    if (found.size() == 1) {
      return found.iterator().next();
    }
    var names =
        found.stream()
            .map(each -> each.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    throw new QueryProblem(
        found.isEmpty()
            ? "no labels were found in %s".formatted(held.path())
            : "%s has labels of several formats: %s".formatted(held.path(), names),
        "name the format with --format");
  }
}
