package dev.fovea.datasets;

import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.quality.LocalGate;
import dev.fovea.dvc.CodePoints;
import dev.fovea.dvc.DvcDirectory;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.RelativePath;
import dev.fovea.dvc.work.Ignored;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A dataset folder as it lies on disk, and what a push of it would make a version of. Files count
 * as for {@code dvc add}: links to files are the files, {@code .dvcignore} holds. Nothing is
 * written.
 *
 * @param files by path
 */
public record LocalFolder(List<LocalFile> files) {
  private static final int MOST_FILES = 1_000_000;
  private static final int MOST_LEVELS = 128;
  private static final int BUFFER = 1 << 16;

  /** An object of DVC's cache, as {@code cache.type = symlink} links to it. */
  private static final Pattern CACHED = Pattern.compile(".*/[0-9a-f]{2}/[0-9a-f]{30}");

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
   * @throws InvalidRequest when it is no folder, holds more than a million files, or a link in it
   *     leads out of its repository
   */
  public static LocalFolder read(Path folder, Reading reading) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidRequest(
          "%s is no folder".formatted(folder),
          "name the dataset's folder; where it is tracked and not there, run 'fovea dataset pull'");
    }
    var root = folder.toRealPath();
    var scan = new Scan(root, repository(root));
    Files.walkFileTree(root, Set.of(), MOST_LEVELS, scan);
    var paths = scan.found;
    paths.sort(CodePoints.ORDER);
    var files = new ArrayList<LocalFile>(paths.size());
    for (var path : paths) {
      files.add(file(root, path));
      reading.at(files.size(), paths.size());
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

  /** The working copy that it lies in; the folder itself where there is none. */
  private static Path repository(Path root) {
    for (@Nullable Path each = root; each != null; each = each.getParent()) {
      if (Files.exists(each.resolve(".git")) || Files.isDirectory(each.resolve(".dvc"))) {
        return each;
      }
    }
    return root;
  }

  /** Finds the files. */
  private static final class Scan extends SimpleFileVisitor<Path> {
    private final List<String> found = new ArrayList<>();
    private final Path root;
    private final Path repository;
    private final Ignored ignored;

    Scan(Path root, Path repository) throws IOException {
      this.root = root;
      this.repository = repository;
      this.ignored = new Ignored(repository, written(repository.relativize(root)));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return !folder.equals(root) && isIgnored(folder, true)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (isIgnored(file, false) || !isFile(file, attributes)) {
        return FileVisitResult.CONTINUE;
      }
      var path = written(root.relativize(file));
      var fault = RelativePath.fault(path);
      if (fault.isPresent()) {
        throw new InvalidRequest(
            "file '%s' %s".formatted(Text.excerpt(path), fault.get()), "rename it");
      }
      if (found.size() == MOST_FILES) {
        throw new InvalidRequest(
            "%s: more than %,d files".formatted(root, MOST_FILES), "name the dataset's own folder");
      }
      found.add(path);
      return FileVisitResult.CONTINUE;
    }

    private boolean isFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isDirectory()) {
        throw new InvalidRequest(
            "%s: folders more than %d deep".formatted(file, MOST_LEVELS),
            "name the dataset's own folder");
      }
      if (!attributes.isSymbolicLink()) {
        return attributes.isRegularFile();
      }
      if (!Files.exists(file)) {
        throw new InvalidRequest(
            "'%s' is a link to nothing".formatted(Text.excerpt(written(root.relativize(file)))),
            "remove the link, or bring what it led to with 'fovea dataset checkout'");
      }
      var real = file.toRealPath();
      if (!real.startsWith(repository) && !CACHED.matcher(written(real)).matches()) {
        throw new InvalidRequest(
            "'%s' is a link out of the repository, to %s"
                .formatted(
                    Text.excerpt(written(root.relativize(file))), Files.readSymbolicLink(file)),
            "copy the file into the folder");
      }
      return Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isIgnored(Path file, boolean folder) {
      var path = root.relativize(file);
      var parent = path.getParent();
      return ignored.is(
          parent == null ? "" : written(parent) + "/", String.valueOf(path.getFileName()), folder);
    }

    private static String written(Path path) {
      return path.toString().replace('\\', '/');
    }
  }
}
