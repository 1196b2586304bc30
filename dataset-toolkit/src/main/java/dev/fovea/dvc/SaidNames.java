package dev.fovea.dvc;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The names of all objects that a {@code .dvc} or {@code dvc.lock} file says, wherever they stand:
 * rather too many than too few.
 *
 * @param imported whether they are of another repository: {@code deps} of the file name one
 * @param names each 32 hex digits, and {@code .dir} behind those of a folder
 */
public record SaidNames(boolean imported, Set<String> names) {
  /** How many bytes of a file are read. */
  public static final int MOST_BYTES = 64 << 20;

  private static final BoundedYaml.Bounds BOUNDS =
      new BoundedYaml.Bounds(MOST_BYTES, 100, 1_000_000);
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}(\\.dir)?");

  public SaidNames {
    names = Set.copyOf(names);
  }

  /**
   * Reads them.
   *
   * @throws DvcMistake when the text is no YAML
   */
  public static SaidNames in(String text) throws DvcMistake {
    var found = BoundedYaml.find(text, BOUNDS);
    if (found.isEmpty()) {
      return new SaidNames(false, Set.of());
    }
    var root = found.get();
    var names = new HashSet<String>();
    // What several aliases lead to is looked at once.
    var seen = Collections.<Node>newSetFromMap(new IdentityHashMap<>());
    var open = new ArrayDeque<Node>();
    open.add(root);
    while (!open.isEmpty()) {
      var node = open.poll();
      if (!seen.add(node)) {
        continue;
      }
      switch (node) {
        case MappingNode mapping ->
            mapping
                .getValue()
                .forEach(entry -> {
                  if (is(entry.getKeyNode(), "md5")
                      && entry.getValueNode() instanceof ScalarNode name
                      && NAME.matcher(name.getValue()).matches()) {
                    names.add(name.getValue());
                  }
                  open.add(entry.getValueNode());
                });
        case SequenceNode list -> open.addAll(list.getValue());
        default -> {}
      }
    }
    return new SaidNames(isImport(root), names);
  }

  private static boolean isImport(Node root) {
    return root instanceof MappingNode mapping
        && mapping.getValue().stream()
            .filter(entry -> is(entry.getKeyNode(), "deps"))
            .map(entry -> entry.getValueNode())
            .flatMap(deps ->
                deps instanceof SequenceNode list
                    ? list.getValue().stream()
                    : java.util.stream.Stream.empty())
            .anyMatch(dep ->
                dep instanceof MappingNode each
                    && each.getValue().stream().anyMatch(entry -> is(entry.getKeyNode(), "repo")));
  }

  private static boolean is(Node key, String name) {
    return key instanceof ScalarNode scalar && scalar.getValue().equals(name);
  }
}
