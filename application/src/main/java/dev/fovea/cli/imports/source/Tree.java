package dev.fovea.cli.imports.source;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that somebody else filled: no link in it is followed, and nothing outside of it is read.
 * What is left out for that is said.
 */
public final class Tree {
  private static final int MOST_ENTRIES = 1_000_000;
  private static final int MOST_DEPTH = 100;

  private final Path root;
  private final Remarks remarks;
  private final Set<String> usualLinks;

  /**
   * @param root may itself be reached by a link, since a person named it
   */
  public Tree(Path root, Remarks remarks) throws IOException {
    this(root, remarks, Set.of());
  }

  /**
   * A folder in which some names are usually links, of which nothing need be said.
   *
   * @param root may itself be reached by a link, since a person named it
   */
  public Tree(Path root, Remarks remarks, Set<String> usualLinks) throws IOException {
    this.root = root.toRealPath();
    this.remarks = remarks;
    this.usualLinks = usualLinks;
  }

  public Path root() {
    return root;
  }

  /** The folders in a folder, by name; none where it is missing. */
  public List<Path> folders(Path folder) throws IOException {
    return entries(folder).stream()
        .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  /** All files below a folder, by path; none where it is missing. */
  public List<Path> files(Path folder) throws IOException {
    var files = new ArrayList<Path>();
    collect(folder, 0, files);
    return List.copyOf(files);
  }

  /** Whether it is a folder that can be read. */
  public boolean isFolder(Path path) {
    return isInside(path) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether it is a file that can be read. */
  public boolean isFile(Path path) {
    return isInside(path) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** The files below a folder as a run's: their paths are relative to it. */
  public List<SourceFile> sourceFiles(Path folder) throws IOException {
    var found = new ArrayList<SourceFile>();
    for (var file : files(folder)) {
      var path = folder.relativize(file).toString().replace('\\', '/');
      var fault = FilePath.fault(path);
      if (fault.isPresent()) {
        remarks.fault("file %s is not read: %s".formatted(shown(file), fault.get()));
      } else {
        found.add(new SourceFile(path, Files.size(file), true, () -> open(file)));
      }
    }
    return List.copyOf(found);
  }

  /** Opens a file, which must not have become a link since. */
  public InputStream open(Path file) throws IOException {
    if (!isInside(file)) {
      throw new IOException("%s is not below %s".formatted(file, root));
    }
    return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * A file's text.
   *
   * @param most bytes; a longer file is refused
   */
  public String text(Path file, int most) throws IOException {
    try (var in = open(file)) {
      var bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new IOException("%s has more than %d bytes".formatted(shown(file), most));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** A path as people look for it. */
  public String shown(Path path) {
    return "'%s'".formatted(Text.excerpt(root.relativize(path).toString()));
  }

  /** Where a path leads that may hold links above its last name; empty where it leaves the root. */
  public Optional<Path> inside(Path path) throws IOException {
    try {
      var real = path.toRealPath();
      return real.startsWith(root) ? Optional.of(real) : Optional.empty();
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private boolean isInside(Path path) {
    return path.normalize().equals(path) && path.startsWith(root);
  }

  private void collect(Path folder, int depth, List<Path> files) throws IOException {
    if (depth > MOST_DEPTH) {
      throw new IOException("%s is deeper than %d folders".formatted(shown(folder), MOST_DEPTH));
    }
    for (var path : entries(folder)) {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        collect(path, depth + 1, files);
      } else if (files.size() == MOST_ENTRIES) {
        throw new IOException("%s holds more than %d files".formatted(shown(folder), MOST_ENTRIES));
      } else {
        files.add(path);
      }
    }
  }

  private List<Path> entries(Path folder) throws IOException {
    var entries = new ArrayList<Path>();
    if (!isInside(folder) || Files.isSymbolicLink(folder)) {
      return entries;
    }
    try (var stream = Files.newDirectoryStream(folder)) {
      for (var path : stream) {
        if (entries.size() == MOST_ENTRIES) {
          throw new IOException(
              "%s holds more than %d entries".formatted(shown(folder), MOST_ENTRIES));
        }
        if (isPlain(path)) {
          entries.add(path);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(null);
    return entries;
  }

  private boolean isPlain(Path path) throws IOException {
    var kind = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (kind.isSymbolicLink() && usualLinks.contains(String.valueOf(path.getFileName()))) {
      return false;
    }
    if (kind.isSymbolicLink()) {
      remarks.fault("%s is a link, which is not followed".formatted(shown(path)));
    } else if (kind.isOther()) {
      remarks.fault("%s is neither a file nor a folder".formatted(shown(path)));
    }
    return kind.isDirectory() || kind.isRegularFile();
  }
}
