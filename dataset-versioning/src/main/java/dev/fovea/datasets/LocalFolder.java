package dev.fovea.datasets;

import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.quality.LocalGate;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.tree.TrackableFiles;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A dataset folder as it lies on disk, and what a push of it would make a version of. Files count
 * as for {@code dvc add}: links to files are the files, {@code .dvcignore} holds. Nothing is
 * written.
 *
 * @param files by path
 */
public record LocalFolder(List<LocalFile> files) {
  private static final int MOST_FILES = 1_000_000;
  private static final int BUFFER = 1 << 16;

  /**
   * One file.
   *
   * @param path in the folder, with {@code /}
   * @param place where its bytes are
   * @param md5 32 lower-case hex digits: DVC's name for it
   */
  public record LocalFile(String path, Path place, Digest digest, String md5, long bytes) {}

  /** Is told how many files of how many have been read. */
  @FunctionalInterface
  public interface Reading {
    void at(int done, int all);
  }

  /**
   * What a push would find.
   *
   * @param manifest whole when nothing refuses
   * @param findings at most 1,000
   * @param refusing how many of all refuse
   */
  public record Seen(Manifest manifest, List<Finding> findings, int refusing) {
    public Seen {
      findings = List.copyOf(findings);
    }
  }

  public LocalFolder {
    files = List.copyOf(files);
  }

  /**
   * Reads every file of a folder once.
   *
   * @throws InvalidRequest when it is no folder, or holds more than a million files
   * @throws WorkProblem when {@code dvc add} would refuse it, because of a name or a link in it
   */
  public static LocalFolder read(Path folder, Reading reading) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidRequest(
          "%s is no folder".formatted(folder),
          "name the dataset's folder; where it is tracked and not there, run 'fovea dataset pull'");
    }
    var root = folder.toRealPath();
    var found = TrackableFiles.of(root).paths();
    if (found.size() > MOST_FILES) {
      throw new InvalidRequest(
          "%s: %,d files (expected: at most %,d)".formatted(root, found.size(), MOST_FILES),
          "name the dataset's own folder");
    }
    var files = new ArrayList<LocalFile>(found.size());
    for (int i = 0; i < found.size(); i++) {
      files.add(file(root, found.get(i)));
      reading.at(files.size(), found.size());
    }
    return new LocalFolder(files);
  }

  /** DVC's name of the whole folder: 32 hex digits and {@code .dir}. */
  public String name() {
    return new DvcDirectory(
            files.stream().map(each -> new DvcDirectory.Entry(each.md5(), each.path())).toList())
        .name();
  }

  /** Changes with every path and every byte. */
  public Digest digest() {
    var hasher = Digest.hasher();
    for (var file : files) {
      hasher.update(
          "%s %s\n".formatted(file.digest(), file.path()).getBytes(StandardCharsets.UTF_8));
    }
    return new Digest(HexFormat.of().formatHex(hasher.digest()));
  }

  /**
   * What the quality gate would say of it as a first version.
   *
   * @param place the folder's path, for people
   * @param objects has the files' bytes
   * @param reading is told how many images of how many were decoded
   */
  public Seen check(String place, DatasetSpec spec, ObjectStore objects, Reading reading)
      throws IOException {
    return LocalGate.check(this, place, spec, objects, reading);
  }

  private static LocalFile file(Path root, String path) throws IOException {
    var place = root.resolve(path);
    var sha256 = Digest.hasher();
    var md5 = Md5.hasher();
    var buffer = new byte[BUFFER];
    long bytes = 0;
    try (var in = Files.newInputStream(place)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        md5.update(buffer, 0, n);
        bytes += n;
      }
    }
    return new LocalFile(
        path,
        place,
        new Digest(HexFormat.of().formatHex(sha256.digest())),
        HexFormat.of().formatHex(md5.digest()),
        bytes);
  }
}
