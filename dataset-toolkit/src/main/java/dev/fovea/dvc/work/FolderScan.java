package dev.fovea.dvc.work;

import dev.fovea.dvc.CodePoints;
import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;

/**
 * Lists the files of a folder with what their file system says of them, as DVC does: links to files
 * count as the files, links to folders and empty folders are left out. Nothing is opened.
 */
final class FolderScan {
  private static final int MOST_LEVELS = 128;

  private final Path root;
  private final Path inside;
  private final Ignored ignored;

  /**
   * @param root the folder
   * @param inside where links may lead: this folder or deeper
   */
  FolderScan(Path root, Path inside, Ignored ignored) {
    this.root = root;
    this.inside = inside;
    this.ignored = ignored;
  }

  /**
   * All files, in the order of their paths' code points.
   *
   * @throws WorkProblem when a name cannot be written down, or a link leads out of the repository
   */
  List<FileStat> files() throws IOException {
    try (var pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors())) {
      var files = new ArrayList<FileStat>();
      pool.invoke(new Folder(root, "", 0)).into(files);
      return files;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A child of a folder: a file, or a folder that is being looked at. */
  private record Child(String key, FileStat file, Optional<Folder> folder) {
    void into(List<FileStat> files) {
      folder.ifPresentOrElse(below -> below.join().into(files), () -> files.add(file));
    }
  }

  private record Children(List<Child> sorted) {
    void into(List<FileStat> files) {
      sorted.forEach(child -> child.into(files));
    }
  }

  @SuppressWarnings("serial")
  private final class Folder extends RecursiveTask<Children> {
    private final Path folder;
    private final String prefix;
    private final int level;

    Folder(Path folder, String prefix, int level) {
      this.folder = folder;
      this.prefix = prefix;
      this.level = level;
    }

    @Override
    protected Children compute() {
      if (level > MOST_LEVELS) {
        throw new WorkProblem(
            "'%s' lies more than %d folders deep".formatted(Text.excerpt(prefix), MOST_LEVELS),
            "move it up, or name it in .dvcignore");
      }
      var children = new ArrayList<Child>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        for (var path : stream) {
          look(path, children);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      // A folder sorts as its files' paths do: 'a.txt' comes before 'a/b', since '.' < '/'.
      children.sort(Comparator.comparing(Child::key, CodePoints.ORDER));
      return new Children(children);
    }

    private void look(Path path, List<Child> children) throws IOException {
      var name = String.valueOf(path.getFileName());
      var attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      var relative = prefix + name;
      if (ignored.is(prefix, name, attributes.isDirectory())) {
        return;
      }
      if (name.equals(Ignored.FILE)) {
        throw new WorkProblem(
            "there is a %s in a folder that is tracked: '%s'"
                .formatted(Ignored.FILE, Text.excerpt(relative)),
            "move it out of the folder: DVC refuses it too");
      }
      if (attributes.isSymbolicLink()) {
        if (Files.isDirectory(path)) {
          return;
        }
        attributes = followed(path, relative);
      }
      if (attributes.isDirectory()) {
        var below = new Folder(path, relative + "/", level + 1);
        below.fork();
        children.add(new Child(name + "/", FileStat.NONE, Optional.of(below)));
      } else if (attributes.isRegularFile()) {
        requireWritable(name, relative);
        children.add(new Child(name, FileStat.of(relative, attributes), Optional.empty()));
      }
    }

    private BasicFileAttributes followed(Path link, String relative) throws IOException {
      if (!Files.exists(link)) {
        throw new WorkProblem(
            "'%s' is a link to nothing".formatted(Text.excerpt(relative)),
            "remove the link, or make what it leads to");
      }
      if (!link.toRealPath().startsWith(inside)) {
        throw new WorkProblem(
            "'%s' is a link out of the repository, to %s"
                .formatted(Text.excerpt(relative), Files.readSymbolicLink(link)),
            "copy the file into the folder");
      }
      return Files.readAttributes(link, BasicFileAttributes.class);
    }

    private void requireWritable(String name, String relative) {
      var fault = RelativePath.fault(name);
      if (fault.isPresent()) {
        throw new WorkProblem(
            "the file name '%s' %s".formatted(Text.excerpt(relative), fault.get()),
            "rename it: it could not be checked out everywhere");
      }
    }
  }
}
