package dev.fovea.dvc.pipeline;

import static dev.fovea.dvc.BoundedYaml.entries;
import static dev.fovea.dvc.BoundedYaml.isNothing;

import dev.fovea.dvc.BoundedYaml;
import dev.fovea.dvc.BoundedYaml.Bounds;
import dev.fovea.dvc.DvcMistake;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A file that stages have parameters from, in YAML or JSON (dvc 3.67, {@code dependency/param}).
 */
public final class DvcParameters {
  private static final Bounds BOUNDS = new Bounds(DvcPipeline.MOST_BYTES, 64, 1000);
  private static final int LONGEST_KEY = 1000;

  private final Map<String, Node> top;
  private final Optional<Node> root;

  private DvcParameters(Map<String, Node> top, Optional<Node> root) {
    this.top = top;
    this.root = root;
  }

  /** Whether files of that name are read: those in Python and TOML are not. */
  public static boolean isRead(String file) {
    return file.endsWith(".yaml") || file.endsWith(".yml") || file.endsWith(".json");
  }

  /**
   * Reads one.
   *
   * @throws DvcMistake when it is no YAML, or no mapping
   */
  public static DvcParameters parse(String text) throws DvcMistake {
    var root = BoundedYaml.find(text, BOUNDS);
    return root.isEmpty() || isNothing(root.get())
        ? new DvcParameters(Map.of(), Optional.empty())
        : new DvcParameters(entries(root.get(), "the file"), root);
  }

  /** The keys at its top, in their order. */
  public List<String> keys() {
    return List.copyOf(top.keySet());
  }

  /**
   * A value.
   *
   * @param form as that of {@link DvcLock.Parameter}
   */
  public record Value(Optional<String> form) {}

  /**
   * What a key such as {@code train.lr} or {@code layers.0} has; absent where the file has none.
   */
  public Optional<Value> value(String key) {
    return key.length() > LONGEST_KEY
        ? Optional.empty()
        : root.flatMap(node -> DvcVariables.within(node, List.of(key.split("\\.", -1))))
            .map(node -> new Value(DvcValue.form(node)));
  }
}
