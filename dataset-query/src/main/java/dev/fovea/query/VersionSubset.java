package dev.fovea.query;

import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.tree.Deriving;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.yolo.Yolo;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A subset of a version whose objects a remote has. Its label files are fetched, and its images are
 * not, but for YOLO's, whose rows are fractions of their sizes. The same bytes come out as of a
 * subset of the pulled folder.
 */
public final class VersionSubset {
  private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{32}\\.dir");
  private static final Set<String> LABELS = Set.of("csv", "json", "txt", "xml", "yaml", "yml");

  private final WorkingCopy copy;
  private final Remote remote;
  private final Progress progress;

  public VersionSubset(WorkingCopy copy, Remote remote, Progress progress) {
    this.copy = copy;
    this.remote = remote;
    this.progress = progress;
  }

  /**
   * A version.
   *
   * @param name for people, such as {@code digits@3}
   * @param digest of its manifest
   * @param folder DVC's name of its content: 32 hex digits and {@code .dir}
   */
  public record Version(String name, String digest, String folder) {
    public Version {
      if (!FOLDER.matcher(folder).matches()) {
        throw new QueryProblem(
            "%s is the folder '%s' (expected: 32 hex digits and .dir)"
                .formatted(name, Text.excerpt(folder)),
            "ask a server whose Fovea is as new as this one");
      }
    }
  }

  /**
   * Makes it: the folder is tracked, and not there until it is pulled.
   *
   * @param images that were chosen
   * @param format of the labels; absent for the only one that is there
   * @param task what YOLO's rows are; absent for what data.yaml says
   * @throws QueryProblem when manifest and folder name different bytes
   * @throws WorkProblem when the remote lacks something
   */
  public Subset.Written write(
      Deriving.Draft draft,
      Version version,
      List<Held.File> images,
      SqlText sql,
      Optional<KnownFormat> format,
      Optional<Yolo.Task> task)
      throws IOException {
    // What was fetched may not be removed before the .dvc file names it.
    try (var _ = CacheLock.share(copy.cache())) {
      return fetchAndWrite(draft, version, images, sql, format, task);
    }
  }

  private Subset.Written fetchAndWrite(
      Deriving.Draft draft,
      Version version,
      List<Held.File> images,
      SqlText sql,
      Optional<KnownFormat> format,
      Optional<Yolo.Task> task)
      throws IOException {
    var directory =
        FolderObjects.read(copy.cache(), remote, version.folder())
            .orElseThrow(() ->
                new WorkProblem(
                    "%s lacks %s, the object %s"
                        .formatted(remote.address(), version.name(), version.folder()),
                    "run it in a clone of the project, or name its remote with --remote"));
    requireSame(directory, version, images);
    var pulling = new Pulling(copy, remote, progress, false);
    pulling.fetch(labels(directory), version.name());
    var labelled = LabelledFolder.of(held(directory, version, images), format, task);
    if (labelled.format() == KnownFormat.YOLO) {
      pulling.fetch(chosen(images), version.name());
    }
    var paths = images.stream().map(Held.File::path).toList();
    return new Subset(labelled).describe(draft, paths, sql, from(version));
  }

  private static void requireSame(DvcDirectory directory, Version version, List<Held.File> images) {
    var known = directory.byPath();
    for (var image : images) {
      if (!image.md5().equals(known.get(image.path()))) {
        throw new QueryProblem(
            "the manifest of %s says the MD5 %s of '%s', its folder %s"
                .formatted(
                    version.name(),
                    Text.excerpt(image.md5()),
                    Text.excerpt(image.path()),
                    known.getOrDefault(image.path(), "has no such file")),
            "tell whoever runs the server; until then, pull the dataset and use --in");
      }
    }
  }

  private static DvcDirectory labels(DvcDirectory directory) {
    return new DvcDirectory(
        directory.entries().stream().filter(entry -> isLabels(entry.path())).toList());
  }

  private static boolean isLabels(String path) {
    return LABELS.contains(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static DvcDirectory chosen(List<Held.File> images) {
    return new DvcDirectory(
        images.stream().map(image -> new Entry(image.md5(), image.path())).toList());
  }

  /** All files; the lengths of images that were not chosen are not known, nor asked for. */
  private Held held(DvcDirectory directory, Version version, List<Held.File> images)
      throws IOException {
    var cache = copy.cache();
    var sizes = new HashMap<String, Long>();
    images.forEach(image -> sizes.put(image.path(), image.bytes()));
    var files = new ArrayList<Held.File>();
    for (var entry : directory.entries()) {
      long bytes =
          isLabels(entry.path())
              ? Files.size(cache.directory(entry.md5()))
              : sizes.getOrDefault(entry.path(), 0L);
      files.add(new Held.File(entry.path(), entry.md5(), bytes));
    }
    return new Held(version.name(), version.folder(), cache.objects(), true, files);
  }

  private static Map<String, Object> from(Version version) {
    var from = new LinkedHashMap<String, Object>();
    from.put("version", version.name());
    from.put("digest", version.digest());
    from.put("md5", version.folder());
    return from;
  }
}
