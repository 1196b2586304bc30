package dev.fovea.dvc;

import static dev.fovea.dvc.Indentation.STEP;
import static dev.fovea.dvc.WrittenLines.endLine;
import static dev.fovea.dvc.WrittenLines.line;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A {@code .dvc} file's text with other values, as DVC writes it anew (ruamel.yaml's round trip,
 * dvc 3.67, {@code stage/serialize.py}): comments, empty lines and the order of keys stay, new keys
 * come last, quotes that are not needed and other indentation go. A comment behind a value stays in
 * its column where it can.
 */
final class KeptText {
  private static final Pattern NOTHING = Pattern.compile("~|null|Null|NULL");
  private static final Pattern MARKER = Pattern.compile("(---|\\.\\.\\.|%).*");

  private final BoundedYaml.Bounds bounds;
  private final WrittenLines lines;

  private KeptText(String text, BoundedYaml.Bounds bounds) {
    this.bounds = bounds;
    lines = new WrittenLines(text);
  }

  /**
   * The text.
   *
   * @param before as it was
   * @param wanted what it shall say
   * @return absent where it is of a kind that can't be changed in this way
   */
  static Optional<String> of(String before, Map<String, Object> wanted, BoundedYaml.Bounds bounds) {
    var kept = new KeptText(before, bounds);
    try {
      var text = kept.write(kept.lines.text(), wanted);
      return Optional.of(text).filter(each -> same(wanted, kept.load(each)));
    } catch (UnusualText | DvcMistake | YamlEngineException | IndexOutOfBoundsException _) {
      return Optional.empty();
    }
  }

  /** Whether two values say the same: whole numbers of any type, and keys in any order. */
  static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> others) {
      return map.keySet().equals(others.keySet())
          && map.keySet().stream().allMatch(key -> same(map.get(key), others.get(key)));
    }
    if (one instanceof List<?> list && other instanceof List<?> others) {
      return list.size() == others.size()
          && IntStream.range(0, list.size()).allMatch(i -> same(list.get(i), others.get(i)));
    }
    if (isWhole(one) && isWhole(other)) {
      return String.valueOf(one).equals(String.valueOf(other));
    }
    return Objects.equals(one, other);
  }

  private static boolean isWhole(@Nullable Object value) {
    return value instanceof Integer || value instanceof Long;
  }

  private @Nullable Object load(String text) {
    return BoundedYaml.load(text, bounds);
  }

  private String write(String text, Map<String, Object> wanted) throws UnusualText, DvcMistake {
    var root = BoundedYaml.compose(text, bounds);
    if (!(root instanceof MappingNode mapping)
        || isFlow(root)
        || !(load(text) instanceof Map<?, ?> now)
        || text.lines().anyMatch(line -> MARKER.matcher(line).matches())) {
      throw new UnusualText();
    }
    style(root, false);
    new Indentation(lines).mapping(mapping, 0, lines.size(), false);
    change(mapping, now, wanted, 0, lines.size());
    return lines.rendered();
  }

  static boolean isFlow(Node node) {
    return node instanceof CollectionNode<?> collection
        && collection.getFlowStyle() == FlowStyle.FLOW;
  }

  private void style(Node node, boolean inFlow) throws UnusualText {
    if (node.getAnchor().isPresent()) {
      throw new UnusualText();
    }
    switch (node) {
      case MappingNode mapping -> {
        for (var entry : mapping.getValue()) {
          style(entry.getKeyNode(), inFlow || isFlow(node));
          style(entry.getValueNode(), inFlow || isFlow(node));
          if (!isFlow(node)) {
            dropNothing(entry);
          }
        }
        noteFlow(node);
      }
      case SequenceNode list -> {
        for (var item : list.getValue()) {
          style(item, inFlow || isFlow(node));
        }
        noteFlow(node);
      }
      case ScalarNode scalar -> style(scalar, inFlow);
      default -> throw new UnusualText();
    }
  }

  private void noteFlow(Node node) throws UnusualText {
    if (isFlow(node)) {
      lines.noteEnd(node);
      lines.indentOnlyIf(endLine(node) == line(node));
    }
  }

  private void style(ScalarNode scalar, boolean inFlow) throws UnusualText {
    if (isBlock(scalar)) {
      return;
    }
    lines.noteEnd(scalar);
    if (line(scalar) != endLine(scalar)) {
      lines.indentOnlyIf(false);
    } else if (scalar.getScalarStyle() == ScalarStyle.SINGLE_QUOTED
        || scalar.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED) {
      lines.replace(scalar, scalar(scalar.getValue(), inFlow));
    }
  }

  static boolean isBlock(ScalarNode scalar) {
    return scalar.getScalarStyle() == ScalarStyle.LITERAL
        || scalar.getScalarStyle() == ScalarStyle.FOLDED;
  }

  private void dropNothing(NodeTuple entry) throws UnusualText {
    if (entry.getValueNode() instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && NOTHING.matcher(scalar.getValue()).matches()
        && line(scalar) == endLine(scalar)
        && line(scalar) == line(entry.getKeyNode())) {
      int from = lines.get(line(scalar)).lastIndexOf(':', lines.column(scalar));
      lines.replace(line(scalar), from + 1, lines.end(scalar), "");
    }
  }

  /** A text or number as DVC writes it behind a key. */
  private static String scalar(@Nullable Object value, boolean inFlow) throws UnusualText {
    var single = new LinkedHashMap<String, Object>();
    single.put("k", value);
    var text = dump(single, inFlow ? FlowStyle.FLOW : FlowStyle.BLOCK).strip();
    var inner = inFlow ? text.substring(1, text.length() - 1) : text;
    if (!inner.startsWith("k: ") || inner.indexOf('\n') >= 0) {
      throw new UnusualText();
    }
    return inner.substring("k: ".length());
  }

  private static String dump(Map<String, Object> value, FlowStyle style) {
    return new Dump(
            DumpSettings.builder()
                .setDefaultFlowStyle(style)
                .setWidth(1 << 20)
                .setSplitLines(false)
                .setSchema(new DvcScalars())
                .build())
        .dumpToString(value);
  }

  private void change(MappingNode node, Map<?, ?> now, Map<?, ?> wanted, int column, int limit)
      throws UnusualText {
    var entries = node.getValue();
    var seen = new HashSet<String>();
    for (int i = 0; i < entries.size(); i++) {
      if (!(entries.get(i).getKeyNode() instanceof ScalarNode name)) {
        throw new UnusualText();
      }
      var key = name.getValue();
      seen.add(key);
      int next = i + 1 < entries.size() ? line(entries.get(i + 1).getKeyNode()) : limit;
      if (!wanted.containsKey(key)) {
        remove(line(name), next);
      } else if (!same(now.get(key), wanted.get(key))) {
        change(
            entries.get(i).getValueNode(),
            now.get(key),
            wanted.get(key),
            column,
            next,
            isFlow(node));
      }
    }
    var more = new LinkedHashMap<String, Object>();
    for (var entry : wanted.entrySet()) {
      if (entry.getKey() instanceof String key && !seen.contains(key) && entry.getValue() != null) {
        more.put(key, entry.getValue());
      }
    }
    if (more.isEmpty()) {
      return;
    }
    if (isFlow(node)) {
      throw new UnusualText();
    }
    dump(more, FlowStyle.BLOCK)
        .lines()
        .forEach(line -> lines.insert(limit, " ".repeat(column) + line));
  }

  private void remove(int line, int next) throws UnusualText {
    if (lines.get(line).stripLeading().startsWith("- ")) {
      throw new UnusualText();
    }
    for (int i = line; i < next; i++) {
      lines.remove(i);
    }
  }

  private void change(
      Node node,
      @Nullable Object now,
      @Nullable Object wanted,
      int column,
      int next,
      boolean inFlow)
      throws UnusualText {
    if (node instanceof MappingNode mapping
        && now instanceof Map<?, ?> old
        && wanted instanceof Map<?, ?> fresh) {
      change(mapping, old, fresh, column + STEP, next);
    } else if (node instanceof SequenceNode list
        && now instanceof List<?> old
        && wanted instanceof List<?> fresh
        && old.size() == fresh.size()
        && old.size() == 1
        && list.getValue().getFirst() instanceof MappingNode item
        && old.getFirst() instanceof Map<?, ?> before
        && fresh.getFirst() instanceof Map<?, ?> after) {
      change(item, before, after, column + STEP, next);
    } else if (node instanceof ScalarNode scalar
        && !isBlock(scalar)
        && line(scalar) == endLine(scalar)
        && !scalar.getValue().isEmpty()
        && !(wanted instanceof Map<?, ?>)
        && !(wanted instanceof List<?>)) {
      lines.replace(scalar, scalar(wanted, inFlow));
    } else {
      throw new UnusualText();
    }
  }
}
