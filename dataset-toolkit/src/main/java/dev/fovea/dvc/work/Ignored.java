package dev.fovea.dvc.work;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * What {@code .dvcignore} files leave out, by the rules of {@code .gitignore} (dvc 3.67, {@code
 * ignore.py}): those from the repository's root down to the file's own folder, the nearest first;
 * and always {@code .git}, {@code .hg} and {@code .dvc}.
 */
final class Ignored {
  static final String FILE = ".dvcignore";

  private final Path repository;
  private final String folder;
  private final Map<String, Optional<IgnoreNode>> nodes = new HashMap<>();

  /**
   * @param folder inside the repository, with {@code /}; what is asked for lies in it
   */
  Ignored(Path repository, String folder) {
    this.repository = repository;
    this.folder = folder.isEmpty() ? "" : folder + "/";
  }

  /**
   * Whether a path is left out.
   *
   * @param path inside the folder
   */
  synchronized boolean is(String path, boolean directory) {
    var name = path.substring(path.lastIndexOf('/') + 1);
    if (name.equals(".git") || directory && (name.equals(".hg") || name.equals(".dvc"))) {
      return true;
    }
    var whole = folder + path;
    for (int slash = whole.lastIndexOf('/'); ; slash = whole.lastIndexOf('/', slash - 1)) {
      var above = whole.substring(0, Math.max(slash, 0));
      var node = nodes.computeIfAbsent(above, this::read);
      if (node.isPresent()) {
        var verdict = node.get().isIgnored(whole.substring(slash + 1), directory);
        if (verdict != IgnoreNode.MatchResult.CHECK_PARENT) {
          return verdict == IgnoreNode.MatchResult.IGNORED;
        }
      }
      if (slash < 0) {
        return false;
      }
    }
  }

  /** Files of comments alone, as {@code dvc init} makes one, count as none. */
  private Optional<IgnoreNode> read(String above) {
    var file = repository.resolve(above).resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      var node = new IgnoreNode();
      node.parse(in);
      return Optional.of(node).filter(parsed -> !parsed.getRules().isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
