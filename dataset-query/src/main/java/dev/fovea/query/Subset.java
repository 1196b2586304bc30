package dev.fovea.query;

import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.tree.Adding;
import dev.fovea.dvc.tree.Deriving;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.kernel.Text;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.convert.Loss;
import dev.fovea.labels.convert.Losses;
import dev.fovea.labels.files.DiskFolder;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.query.engine.HeldFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Images of a dataset and what its labels say of them, as a dataset of its own: a tracked folder as
 * any other, whose {@code .dvc} file says where it is from.
 */
public final class Subset {
  private static final String QUERY = "query";
  private static final int SHOWN = 3;

  private final LabelledFolder dataset;
  private final Map<String, Held.File> files = new HashMap<>();

  public Subset(LabelledFolder dataset) {
    this.dataset = dataset;
    dataset.held().files().forEach(file -> files.put(file.path(), file));
  }

  /**
   * What was made.
   *
   * @param images how many were taken
   * @param losses what the format could not say of them
   */
  public record Written(Adding.Added added, long images, List<Loss> losses) {}

  /**
   * Writes it; the same dataset, query and paths make the same bytes.
   *
   * @param paths of the images
   * @param sql what chose them
   * @throws QueryProblem when there are none, or one of them is no file of the dataset
   */
  public Written write(Deriving.Draft draft, List<String> paths, SqlText sql) throws IOException {
    var from = new LinkedHashMap<String, Object>();
    from.put("path", dataset.held().path());
    from.put("md5", dataset.held().name());
    return write(draft, paths, taken -> draft.finish(taken, note(sql, from)));
  }

  /**
   * The same without the images, which a remote has: the folder is tracked and not there.
   *
   * @param from what the dataset is, for the {@code .dvc} file
   */
  Written describe(Deriving.Draft draft, List<String> paths, SqlText sql, Map<String, Object> from)
      throws IOException {
    return write(draft, paths, taken -> draft.describe(taken, note(sql, from)));
  }

  /** Tracks what was taken and written. */
  private interface Tracking {
    Adding.Added track(List<Held.File> taken) throws IOException;
  }

  private Written write(Deriving.Draft draft, List<String> paths, Tracking tracking)
      throws IOException {
    var taken = taken(paths);
    var losses = new Losses();
    if (dataset.format() != KnownFormat.FOLDER) { // there the paths say all
      try {
        label(draft.folder(), Set.copyOf(paths), losses);
      } catch (LabelMistake e) {
        throw new QueryProblem(String.valueOf(e.getMessage()), "mend it, then repeat");
      }
    }
    return new Written(tracking.track(taken), taken.size(), losses.list());
  }

  private List<Held.File> taken(List<String> paths) {
    if (paths.isEmpty()) {
      throw new QueryProblem("the query chooses no image", "look at it without --into");
    }
    var taken = new ArrayList<Held.File>();
    var missing = new ArrayList<String>();
    for (var path : paths) {
      var file = files.get(path);
      if (file == null) {
        missing.add(path);
      } else {
        taken.add(file);
      }
    }
    if (!missing.isEmpty()) {
      var first = missing.subList(0, Math.min(SHOWN, missing.size()));
      throw new QueryProblem(
          "%d of %d paths are no files of %s: %s%s"
              .formatted(
                  missing.size(),
                  paths.size(),
                  dataset.held().path(),
                  String.join(", ", first.stream().map(Text::excerpt).toList()),
                  missing.size() > SHOWN ? ", …" : ""),
          "leave out what labels name and nobody has: where md5 is not null");
    }
    return taken;
  }

  private void label(Path target, Set<String> chosen, Losses losses)
      throws IOException, LabelMistake {
    var folder = new HeldFolder(dataset.held());
    var stated = LabelSource.of(folder).silent();
    var format = dataset.format().reader(stated, dataset.task());
    var source =
        format.measuresInFractions()
            ? stated.with(
                path -> chosen.contains(path) ? folder.size(path) : Optional.<ImageSize>empty())
            : stated;
    try (var writer =
        Conversion.writer(format, new DiskFolder(target), format.classes(source), losses)) {
      format.read(
          source,
          image -> {
            if (chosen.contains(image.path())) {
              writer.accept(image);
            }
          });
    }
  }

  /** Whether a folder was made so, by what its {@code .dvc} file says. */
  public static boolean is(Tracked tracked) {
    return tracked.file().content().get("meta") instanceof Map<?, ?> meta
        && meta.get("fovea") instanceof Map<?, ?> note
        && note.containsKey(QUERY);
  }

  /** Where the subset is from; DVC keeps what stands under {@code meta}. */
  private static Map<String, Object> note(SqlText sql, Map<String, Object> from) {
    var note = new LinkedHashMap<String, Object>();
    note.put(QUERY, sql.statement().strip());
    note.put("from", from);
    return note;
  }
}
