package dev.fovea.dvc.tree;

import dev.fovea.dvc.RelativePath;
import dev.fovea.dvc.disk.FileStat;
import dev.fovea.dvc.disk.FileStats;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Ignored;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;

/**
 * Lists the files of a folder with what their file system says of them, as DVC does: links to files
 * count as the files, links to folders and empty folders are left out. Nothing is opened.
 */
final class FolderScan {
  private static final int MOST_LEVELS = 128;

  /** From here on, a path and not only a name may be longer than any may be. */
  private static final int LONG = 256;

  /** What stands for bytes that are no letter, but may be a letter of a name as well. */
  private static final char NO_LETTER = '\uFFFD';

  private final Path root;
  private final FollowedLinks links;
  private final Ignored ignored;

  /**
   * @param root the folder
   */
  FolderScan(Path root, FollowedLinks links, Ignored ignored) {
    this.root = root;
    this.links = links;
    this.ignored = ignored;
  }

  /**
   * All files, in the order of their paths' code points.
   *
   * @throws WorkProblem when a name cannot be written down, or a link leads out of the repository
   */
  FileStats files() throws IOException {
    try (var pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors())) {
      var files = new FileStats.Builder(0);
      pool.invoke(new Folder(root, "", 0)).into(files);
      return files.build();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * A child of a folder, as its paths sort: {@code a.txt} comes before {@code a/b}, since {@code .}
   * is less than {@code /}.
   *
   * @param key its name in UTF-8, with {@code /} behind that of a folder
   */
  private record Child(byte[] key, FileStat file, Optional<Folder> folder) {}

  /**
   * What a folder has, in order.
   *
   * @param path of the folder in UTF-8, empty or with {@code /} at its end
   * @param files with their names alone; one that is a folder has only its place here
   * @param folders those that are being looked at, by their places
   */
  private record Children(byte[] path, FileStats files, Map<Integer, Folder> folders) {
    static Children of(String path, List<Child> children) {
      children.sort((one, other) -> Arrays.compareUnsigned(one.key(), other.key()));
      var files = new FileStats.Builder(children.size());
      var folders = new HashMap<Integer, Folder>();
      for (int i = 0; i < children.size(); i++) {
        var child = children.get(i);
        var file = child.file();
        files.add(child.key(), file.bytes(), file.modified(), file.inode());
        if (child.folder().isPresent()) {
          folders.put(i, child.folder().get());
        }
      }
      return new Children(path.getBytes(StandardCharsets.UTF_8), files.build(), folders);
    }

    void into(FileStats.Builder all) {
      for (int i = 0; i < files.size(); i++) {
        var below = folders.get(i);
        if (below == null) {
          all.add(path, files, i);
        } else {
          below.join().into(all);
        }
      }
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
          look(path, attributes(stream, path), children);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return Children.of(prefix, children);
    }

    /** Asked of the open folder where that can be: whole paths take systems longer to follow. */
    private static BasicFileAttributes attributes(DirectoryStream<Path> open, Path file)
        throws IOException {
      if (open instanceof SecureDirectoryStream<Path> folder) {
        return folder
            .getFileAttributeView(
                file.getFileName(), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
      }
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private void look(Path path, BasicFileAttributes found, List<Child> children)
        throws IOException {
      var name = String.valueOf(path.getFileName());
      var attributes = found;
      if (ignored.is(prefix, name, attributes.isDirectory())) {
        return;
      }
      if (name.equals(Ignored.FILE)) {
        throw new WorkProblem(
            "there is a %s in a folder that is tracked: '%s'"
                .formatted(Ignored.FILE, Text.excerpt(prefix + name)),
            "move it out of the folder: DVC refuses it too");
      }
      if (attributes.isSymbolicLink()) {
        if (Files.isDirectory(path)) {
          return;
        }
        attributes = links.follow(path, prefix + name);
      }
      if (attributes.isDirectory()) {
        requireWritable(path, name);
        var below = new Folder(path, prefix + name + "/", level + 1);
        below.fork();
        children.add(new Child(utf8(name + "/"), FileStat.NONE, Optional.of(below)));
      } else if (attributes.isRegularFile()) {
        requireWritable(path, name);
        children.add(new Child(utf8(name), FileStat.of("", attributes), Optional.empty()));
      }
    }

    private static byte[] utf8(String name) {
      return name.getBytes(StandardCharsets.UTF_8);
    }

    private void requireWritable(Path path, String name) {
      var fault = RelativePath.fault(prefix.length() < LONG ? name : prefix + name);
      if (fault.isPresent()) {
        throw new WorkProblem(
            "the name '%s' %s".formatted(Text.excerpt(prefix + name), fault.get()),
            "rename it: it could not be checked out everywhere");
      }
      if (name.indexOf(NO_LETTER) >= 0 && !names(name, path)) {
        throw new WorkProblem(
            "the name '%s' is no UTF-8".formatted(Text.excerpt(prefix + name)),
            "rename it; where every name with letters beyond ASCII is refused so, export"
                + " LC_ALL=C.UTF-8");
      }
    }

    /** Whether a name, written down and read again, finds the file. */
    private boolean names(String name, Path path) {
      try {
        return folder.resolve(name).equals(path);
      } catch (InvalidPathException _) {
        return false;
      }
    }
  }
}
