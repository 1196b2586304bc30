package dev.fovea.dvc;

import dev.fovea.kernel.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML that somebody else wrote, as nodes: of bounded size and depth, with few aliases. */
public final class BoundedYaml {
  /**
   * How much is read.
   *
   * @param chars of the whole text
   * @param depth of mappings and lists in each other
   * @param aliases that lead to what stands elsewhere; a node is never copied for one
   */
  public record Bounds(int chars, int depth, int aliases) {}

  /** In characters. The parser's time grows with the square of a line's length. */
  private static final int LONGEST_LINE = 1 << 16;

  private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

  private BoundedYaml() {}

  /**
   * The value, as DVC reads it: {@code True} and {@code ~} are no texts. For bounds without
   * aliases.
   *
   * @throws YamlEngineException when it is no YAML
   */
  static @Nullable Object load(String text, Bounds bounds) {
    var settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(false)
            .setCodePointLimit(bounds.chars())
            .setMaxAliasesForCollections(bounds.aliases())
            .setSchema(new CoreSchema())
            .build();
    return new Load(settings).loadFromString(text);
  }

  // Nodes are composed by the plainest schema, which copies nothing for a '<<'.
  private static LoadSettings settings(Bounds bounds) {
    return LoadSettings.builder()
        .setAllowDuplicateKeys(false)
        .setCodePointLimit(bounds.chars())
        .setMaxAliasesForCollections(bounds.aliases())
        .build();
  }

  /**
   * The root.
   *
   * @throws DvcMistake when it is no YAML, has nothing, or is beyond the bounds
   */
  static Node compose(String text, Bounds bounds) throws DvcMistake {
    return find(text, bounds).orElseThrow(() -> new DvcMistake(0, "the file is empty"));
  }

  /**
   * The root; absent where there is nothing but comments.
   *
   * @throws DvcMistake when it is no YAML, or is beyond the bounds
   */
  public static Optional<Node> find(String text, Bounds bounds) throws DvcMistake {
    requireLines(text);
    try {
      scan(text, bounds);
      return new Compose(settings(bounds)).composeString(text);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new DvcMistake(line, "not YAML: " + Text.excerpt(String.valueOf(e.getProblem())));
    } catch (YamlEngineException e) {
      throw new DvcMistake(0, "not YAML: " + Text.excerpt(String.valueOf(e.getMessage())));
    }
  }

  private static void requireLines(String text) throws DvcMistake {
    int line = 1;
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      end = end < 0 ? text.length() : end;
      if (end - from > LONGEST_LINE) {
        throw new DvcMistake(
            line,
            "has a line of %d characters (expected: at most %d)"
                .formatted(end - from, LONGEST_LINE));
      }
      from = end + 1;
      line++;
    }
  }

  // The parser is iterative, the composer is not: so depth and aliases are judged on events, before
  // any node is made.
  private static void scan(String text, Bounds bounds) throws DvcMistake {
    int depth = 0;
    int aliases = 0;
    for (var event : new Parse(settings(bounds)).parseString(text)) {
      switch (event.getEventId()) {
        case Event.ID.Alias -> aliases++;
        case Event.ID.MappingStart, Event.ID.SequenceStart -> depth++;
        case Event.ID.MappingEnd, Event.ID.SequenceEnd -> depth--;
        default -> {}
      }
      if (aliases > bounds.aliases()) {
        throw new DvcMistake(
            line(event),
            bounds.aliases() == 0
                ? "has a YAML alias (expected: plain values)"
                : "has more than %d YAML aliases".formatted(bounds.aliases()));
      }
      if (depth > bounds.depth()) {
        throw new DvcMistake(
            line(event), "is nested more than %d levels deep".formatted(bounds.depth()));
      }
    }
  }

  private static int line(Event event) {
    return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  /** A mapping's entries, in their order. */
  public static Map<String, Node> entries(Node node, String what) throws DvcMistake {
    if (!(node instanceof MappingNode mapping)) {
      throw new DvcMistake(line(node), what + " is no mapping");
    }
    var entries = new LinkedHashMap<String, Node>();
    for (var tuple : mapping.getValue()) {
      var key = scalar(tuple.getKeyNode(), "a key");
      if (entries.put(key, tuple.getValueNode()) != null) {
        throw new DvcMistake(line(tuple.getKeyNode()), "found duplicate key " + Text.excerpt(key));
      }
    }
    return entries;
  }

  /** A list's nodes. */
  public static List<Node> items(Node node, String what) throws DvcMistake {
    if (!(node instanceof SequenceNode sequence)) {
      throw new DvcMistake(line(node), what + " is no list");
    }
    return sequence.getValue();
  }

  /** Whether a value is left out. */
  public static boolean isNothing(Node node) {
    return node instanceof ScalarNode scalar && NOTHING.contains(scalar.getValue());
  }

  /** A value's text, as it was written. */
  public static String scalar(Node node, String what) throws DvcMistake {
    if (!(node instanceof ScalarNode scalar)) {
      throw new DvcMistake(line(node), what + " is no plain value");
    }
    return scalar.getValue();
  }

  /** Where it begins, from 1. */
  public static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }
}
