package dev.fovea.dvc.work;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * What {@code .dvcignore} files leave out of a folder, by the rules of {@code .gitignore} (dvc
 * 3.67, {@code ignore.py}): those from the repository's root down to the folder, the nearest first;
 * and always {@code .git}, {@code .hg} and {@code .dvc}. A tracked folder has none of its own; the
 * repository's root, where somebody looks at all of it, has, and it is no data.
 */
public final class Ignored {
  public static final String FILE = ".dvcignore";

  /**
   * One of the files.
   *
   * @param below where the folder lies, seen from it: empty or with {@code /} at its end
   */
  private record Rules(IgnoreNode node, String below) {}

  private final List<Rules> nearestFirst = new ArrayList<>();
  private final boolean ofTheWhole;

  /**
   * @param folder inside the repository, with {@code /}; what is asked for lies in it
   */
  public Ignored(Path repository, String folder) throws IOException {
    ofTheWhole = folder.isEmpty();
    for (int slash = folder.lastIndexOf('/'); ; slash = folder.lastIndexOf('/', slash - 1)) {
      var above = folder.substring(0, Math.max(slash, 0));
      var file = repository.resolve(above).resolve(FILE);
      if (Files.isRegularFile(file) && says(file)) {
        try (InputStream in = Files.newInputStream(file)) {
          var node = new IgnoreNode();
          node.parse(in);
          nearestFirst.add(new Rules(node, folder.substring(slash + 1) + "/"));
        }
      }
      if (slash < 0) {
        return;
      }
    }
  }

  /** A file of comments alone, as {@code dvc init} makes one, counts as none. */
  private static boolean says(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.anyMatch(line -> !line.isBlank() && !line.startsWith("#"));
    }
  }

  /**
   * Whether something is left out.
   *
   * @param folder that it lies in, inside the tracked folder: empty or with {@code /} at its end
   */
  public boolean is(String folder, String name, boolean directory) {
    if (name.startsWith(".")
        && (name.equals(".git") || directory && (name.equals(".hg") || name.equals(".dvc")))) {
      return true;
    }
    if (ofTheWhole && folder.isEmpty() && name.equals(FILE)) {
      return true;
    }
    for (var rules : nearestFirst) {
      var verdict = rules.node().isIgnored(rules.below() + folder + name, directory);
      if (verdict != IgnoreNode.MatchResult.CHECK_PARENT) {
        return verdict == IgnoreNode.MatchResult.IGNORED;
      }
    }
    return false;
  }
}
