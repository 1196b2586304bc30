package dev.fovea.dvc;

import static dev.fovea.dvc.BoundedYaml.entries;
import static dev.fovea.dvc.BoundedYaml.line;
import static dev.fovea.dvc.BoundedYaml.scalar;

import dev.fovea.dvc.BoundedYaml.Bounds;
import dev.fovea.kernel.Text;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a {@code .dvc} file and refuses whatever would make its folder lie elsewhere than in Fovea.
 */
final class DvcFileReader {
  static final Bounds BOUNDS = new Bounds(64 * 1024, 16, 0);
  private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{32}\\.dir");
  private static final Pattern ANY = Pattern.compile("[0-9a-f]{32}(\\.dir)?");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final int LONGEST = 2048;
  private static final Set<String> IMPORT_KEYS =
      Set.of("outs", "meta", "desc", "frozen", "wdir", "md5", "deps", "always_changed");
  private static final Set<String> KEYS = Set.of("outs", "meta", "desc", "frozen", "wdir");
  private static final Set<String> OUT_KEYS =
      Set.of("md5", "size", "nfiles", "isexec", "hash", "path", "desc", "type", "labels", "meta");
  private static final Set<String> TRUTHS =
      Set.of("true", "True", "TRUE", "false", "False", "FALSE");
  private static final Set<String> SHARED_OUT_KEYS = new HashSet<>(OUT_KEYS);

  static {
    SHARED_OUT_KEYS.addAll(Sharing.KEYS);
  }

  private final Pattern names;
  private final String expected;

  /** Whether imports are taken, and what is shared otherwise than usual. */
  private final boolean imports;

  /** Whether what DVC 2 wrote is taken. */
  private final boolean legacy;

  private DvcFileReader(Pattern names, String expected, boolean anything) {
    this.names = names;
    this.expected = expected;
    this.imports = anything;
    this.legacy = anything;
  }

  /** Takes files that track a folder. */
  static DvcFileReader ofFolders() {
    return new DvcFileReader(FOLDER, "32 lower-case hex digits and .dir, that is a folder", false);
  }

  /** Takes files that track a folder or a file, or import one from another repository. */
  static DvcFileReader ofAnything() {
    return new DvcFileReader(
        ANY, "32 lower-case hex digits, and .dir behind those of a folder", true);
  }

  DvcFile read(String text) throws DvcMistake {
    var root = BoundedYaml.compose(text, BOUNDS);
    try {
      var top = entries(root, "the file");
      boolean imported = imports && top.containsKey("deps");
      refuseUnknown(top, imported ? IMPORT_KEYS : KEYS, "");
      requireOwnFolder(top.get("wdir"));
      var out = only(top.get("outs"), "outs", line(root));
      refuseUnknown(out, imports ? SHARED_OUT_KEYS : OUT_KEYS, "outs: ");
      requireSharing(out);
      if (imported) {
        requireOrigin(only(top.get("deps"), "deps", line(root)));
        if (!out.containsKey("md5")) {
          return new DvcFile(
              "", path(out), line(required(out, "path")), content(text), Optional.of(text));
        }
      }
      return new DvcFile(
          directory(out), path(out), line(required(out, "md5")), content(text), Optional.of(text));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new DvcMistake(line, "not YAML: " + Text.excerpt(String.valueOf(e.getProblem())));
    } catch (YamlEngineException e) {
      throw new DvcMistake(0, "not YAML: " + Text.excerpt(String.valueOf(e.getMessage())));
    }
  }

  private static Map<String, Object> content(String text) {
    var content = new LinkedHashMap<String, Object>();
    if (BoundedYaml.load(text, BOUNDS) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> content.put(String.valueOf(key), value));
    }
    return content;
  }

  private static void refuseUnknown(Map<String, Node> entries, Set<String> known, String where)
      throws DvcMistake {
    for (var entry : entries.entrySet()) {
      if (!known.contains(entry.getKey())) {
        throw new DvcMistake(
            line(entry.getValue()),
            "%s%s: %s".formatted(where, Text.excerpt(entry.getKey()), reason(entry.getKey())));
      }
    }
  }

  private static String reason(String key) {
    return switch (key) {
      case "remote", "push", "cache", "cloud", "files", "fs_config" ->
          "the objects would lie elsewhere (expected: a plain 'dvc add' and a 'dvc push' to Fovea)";
      case "deps", "cmd", "md5" ->
          "imported and computed folders are not tracked here (expected: a plain 'dvc add')";
      default -> "is not a key of a .dvc file that tracks a folder";
    };
  }

  private static void requireOwnFolder(@Nullable Node wdir) throws DvcMistake {
    if (wdir != null
        && !(wdir instanceof ScalarNode scalar
            && Set.of(".", "", "null", "~").contains(scalar.getValue()))) {
      throw new DvcMistake(line(wdir), "wdir: the folder would lie elsewhere (expected: no wdir)");
    }
  }

  private static void requireSharing(Map<String, Node> out) throws DvcMistake {
    for (var key : Sharing.FLAGS) {
      var node = out.get(key);
      if (node != null && !TRUTHS.contains(scalar(node, key))) {
        throw new DvcMistake(
            line(node),
            "outs: %s: '%s' (expected: true or false)"
                .formatted(key, Text.excerpt(scalar(node, key))));
      }
    }
    var remote = out.get("remote");
    if (remote != null && scalar(remote, "remote").isBlank()) {
      throw new DvcMistake(line(remote), "outs: remote: is empty (expected: a remote's name)");
    }
  }

  private static Map<String, Node> only(@Nullable Node list, String key, int line)
      throws DvcMistake {
    if (!(list instanceof SequenceNode sequence) || sequence.getValue().size() != 1) {
      throw new DvcMistake(
          list == null ? line : line(list),
          key + ": not one entry (expected: exactly one folder or file)");
    }
    return entries(sequence.getValue().getFirst(), key + "[0]");
  }

  /** What an import from another repository says, and nothing else. */
  private static void requireOrigin(Map<String, Node> dependency) throws DvcMistake {
    refuseUnknown(dependency, Set.of("path", "repo"), "deps: ");
    path(dependency);
    var repository = entries(required(dependency, "repo"), "repo");
    refuseUnknown(repository, Set.of("url", "rev", "rev_lock", "remote"), "repo: ");
    for (var key : repository.keySet()) {
      var node = required(repository, key);
      var text = scalar(node, key);
      if (text.isBlank()
          || text.length() > LONGEST
          || text.chars().anyMatch(Character::isISOControl)) {
        throw new DvcMistake(
            line(node),
            "repo: %s (expected: 1 to %d characters on a line)".formatted(key, LONGEST));
      }
    }
    required(repository, "url");
    var commit = required(repository, "rev_lock");
    if (!COMMIT.matcher(scalar(commit, "rev_lock")).matches()) {
      throw new DvcMistake(
          line(commit), "rev_lock: no commit (expected: 40 lower-case hex digits)");
    }
  }

  private String directory(Map<String, Node> out) throws DvcMistake {
    var md5 = required(out, "md5");
    var hash = out.get("hash");
    if (hash == null && legacy) {
      return named(md5);
    }
    if (hash == null || !scalar(hash, "hash").equals("md5")) {
      throw new DvcMistake(
          line(hash == null ? md5 : hash),
          "hash: not 'md5', so this is a DVC 2 file; run 'dvc cache migrate --dvc-files' with DVC"
              + " 3");
    }
    return named(md5);
  }

  private String named(Node md5) throws DvcMistake {
    var name = scalar(md5, "md5");
    if (!names.matcher(name).matches()) {
      throw new DvcMistake(
          line(md5), "md5: '%s' (expected: %s)".formatted(Text.excerpt(name), expected));
    }
    return name;
  }

  private static String path(Map<String, Node> out) throws DvcMistake {
    var node = required(out, "path");
    var path = scalar(node, "path");
    var fault = RelativePath.fault(path);
    if (fault.isPresent()) {
      throw new DvcMistake(line(node), "path: '%s' %s".formatted(Text.excerpt(path), fault.get()));
    }
    return path;
  }

  private static Node required(Map<String, Node> entries, String key) throws DvcMistake {
    var node = entries.get(key);
    if (node == null) {
      throw new DvcMistake(
          entries.values().stream().findFirst().map(BoundedYaml::line).orElse(0),
          "outs[0] has no '%s'".formatted(key));
    }
    return node;
  }
}
