package dev.fovea.dvc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
  private static final Pattern COMMENT = Pattern.compile("[\\s:,\\]}]*?\\s(#.*)|\\s*");
  private static final Pattern NOTHING = Pattern.compile("~|null|Null|NULL");
  private static final int STEP = 2;

  private final BoundedYaml.Bounds bounds;
  private final List<String> lines;
  private final List<List<Edit>> edits = new ArrayList<>();
  private final TreeMap<Integer, StringBuilder> inserted = new TreeMap<>();
  private final Set<Integer> removed = new HashSet<>();
  private final Map<Integer, Integer> columns = new HashMap<>();
  private final int[] ends;
  private boolean indents = true;

  /** What takes the place of a part of a line. */
  private record Edit(int from, int to, String text) {}

  /** What can't be written without loss in this way. */
  private static final class Unusual extends Exception {
    private static final long serialVersionUID = 1;
  }

  private KeptText(String text, BoundedYaml.Bounds bounds) {
    this.bounds = bounds;
    lines = text.lines().toList();
    lines.forEach(_ -> edits.add(new ArrayList<>()));
    ends = new int[lines.size()];
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
      var text = kept.write(String.join("\n", kept.lines) + "\n", wanted);
      return Optional.of(text).filter(each -> same(wanted, kept.load(each)));
    } catch (Unusual | DvcMistake | YamlEngineException _) {
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

  private String write(String text, Map<String, Object> wanted) throws Unusual, DvcMistake {
    var root = BoundedYaml.compose(text, bounds);
    if (!(root instanceof MappingNode mapping)
        || isFlow(root)
        || !(load(text) instanceof Map<?, ?> now)
        || lines.stream().anyMatch(line -> line.matches("(---|\\.\\.\\.|%).*"))) {
      throw new Unusual();
    }
    style(root, false);
    mapping(mapping, 0, lines.size(), false);
    change(mapping, now, wanted, 0, lines.size());
    return rendered();
  }

  private static boolean isFlow(Node node) {
    return node instanceof CollectionNode<?> collection
        && collection.getFlowStyle() == FlowStyle.FLOW;
  }

  private static int line(Node node) throws Unusual {
    return node.getStartMark().orElseThrow(Unusual::new).getLine();
  }

  private static int endLine(Node node) throws Unusual {
    return node.getEndMark().orElseThrow(Unusual::new).getLine();
  }

  /** In UTF-16 units, where YAML counts characters. */
  private int column(int line, int characters) {
    return lines.get(line).offsetByCodePoints(0, characters);
  }

  private int column(Node node) throws Unusual {
    return column(line(node), node.getStartMark().orElseThrow(Unusual::new).getColumn());
  }

  private int end(Node node) throws Unusual {
    return column(endLine(node), node.getEndMark().orElseThrow(Unusual::new).getColumn());
  }

  // ---- how values are written

  private void style(Node node, boolean inFlow) throws Unusual {
    if (node.getAnchor().isPresent()) {
      throw new Unusual();
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
        noteEnd(node);
      }
      case SequenceNode list -> {
        for (var item : list.getValue()) {
          style(item, inFlow || isFlow(node));
        }
        noteEnd(node);
      }
      case ScalarNode scalar -> style(scalar, inFlow);
      default -> throw new Unusual();
    }
  }

  private void noteEnd(Node node) throws Unusual {
    if (isFlow(node)) {
      ends[endLine(node)] = Math.max(ends[endLine(node)], end(node));
      indents &= endLine(node) == line(node);
    }
  }

  private void style(ScalarNode scalar, boolean inFlow) throws Unusual {
    if (isBlock(scalar)) {
      return;
    }
    if (line(scalar) != endLine(scalar)) {
      indents = false;
      ends[endLine(scalar)] = Math.max(ends[endLine(scalar)], end(scalar));
      return;
    }
    int line = line(scalar);
    ends[line] = Math.max(ends[line], end(scalar));
    if (scalar.getScalarStyle() == ScalarStyle.SINGLE_QUOTED
        || scalar.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED) {
      edit(scalar, scalar(scalar.getValue(), inFlow));
    }
  }

  private static boolean isBlock(ScalarNode scalar) {
    return scalar.getScalarStyle() == ScalarStyle.LITERAL
        || scalar.getScalarStyle() == ScalarStyle.FOLDED;
  }

  private void dropNothing(NodeTuple entry) throws Unusual {
    if (entry.getValueNode() instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && NOTHING.matcher(scalar.getValue()).matches()
        && line(scalar) == endLine(scalar)
        && line(scalar) == line(entry.getKeyNode())) {
      int from = lines.get(line(scalar)).lastIndexOf(':', column(scalar));
      edits.get(line(scalar)).add(new Edit(from + 1, end(scalar), ""));
    }
  }

  private void edit(ScalarNode scalar, String text) throws Unusual {
    int from = column(scalar);
    int to = end(scalar);
    var all = edits.get(line(scalar));
    all.removeIf(each -> each.to() == to);
    if (!lines.get(line(scalar)).substring(from, to).equals(text)) {
      all.add(new Edit(from, to, text));
    }
  }

  /** A text or number as DVC writes it behind a key. */
  private static String scalar(@Nullable Object value, boolean inFlow) throws Unusual {
    var single = new LinkedHashMap<String, Object>();
    single.put("k", value);
    var text = dump(single, inFlow ? FlowStyle.FLOW : FlowStyle.BLOCK).strip();
    var inner = inFlow ? text.substring(1, text.length() - 1) : text;
    if (!inner.startsWith("k: ") || inner.indexOf('\n') >= 0) {
      throw new Unusual();
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

  // ---- where lines begin

  /**
   * @param limit the line of what comes behind the mapping
   * @param begun whether its first key stands behind the dash of a list
   */
  private void mapping(MappingNode node, int column, int limit, boolean begun) throws Unusual {
    var entries = node.getValue();
    for (int i = 0; i < entries.size(); i++) {
      var key = entries.get(i).getKeyNode();
      int next = i + 1 < entries.size() ? line(entries.get(i + 1).getKeyNode()) : limit;
      if (i > 0 || !begun) {
        columns.put(line(key), column);
      }
      value(entries.get(i).getValueNode(), key, column, next);
    }
  }

  private void value(Node value, Node key, int column, int next) throws Unusual {
    if (isFlow(value)) {
      return;
    }
    switch (value) {
      case MappingNode mapping -> mapping(mapping, column + STEP, next, false);
      case SequenceNode list -> list(list, column, next);
      case ScalarNode scalar when isBlock(scalar) -> text(key, column + STEP, next);
      default ->
          indents &= line(value) == line(key) || value.getEndMark().equals(value.getStartMark());
    }
  }

  private void list(SequenceNode node, int column, int limit) throws Unusual {
    var items = node.getValue();
    for (int i = 0; i < items.size(); i++) {
      var item = items.get(i);
      int line = line(item);
      int next = i + 1 < items.size() ? line(items.get(i + 1)) : limit;
      var text = lines.get(line);
      int dash = text.length() - text.stripLeading().length();
      indents &= text.startsWith("- ", dash) && column(item) == dash + STEP;
      columns.put(line, column);
      switch (item) {
        case MappingNode mapping when !isFlow(item) -> mapping(mapping, column + STEP, next, true);
        case SequenceNode _ when !isFlow(item) -> indents = false;
        case ScalarNode scalar when isBlock(scalar) -> indents = false;
        default -> {}
      }
    }
  }

  /** The lines of a text that stands below its key; a comment behind it is indented less. */
  private void text(Node key, int column, int next) throws Unusual {
    int line = line(key);
    indents &= !lines.get(line).matches(".*[|>][-+]?[1-9].*");
    int least = Integer.MAX_VALUE;
    int end = line + 1;
    for (; end < next; end++) {
      if (!lines.get(end).isBlank()) {
        if (indentation(end) <= column(key)) {
          break;
        }
        least = Math.min(least, indentation(end));
      }
    }
    for (int i = line + 1; i < end; i++) {
      if (!lines.get(i).isBlank()) {
        columns.put(i, column + indentation(i) - least);
      }
    }
  }

  private int indentation(int line) {
    return lines.get(line).length() - lines.get(line).stripLeading().length();
  }

  // ---- what is said

  private void change(MappingNode node, Map<?, ?> now, Map<?, ?> wanted, int column, int limit)
      throws Unusual {
    var entries = node.getValue();
    var seen = new HashSet<String>();
    for (int i = 0; i < entries.size(); i++) {
      if (!(entries.get(i).getKeyNode() instanceof ScalarNode name)) {
        throw new Unusual();
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
      throw new Unusual();
    }
    var text = inserted.computeIfAbsent(limit, _ -> new StringBuilder());
    dump(more, FlowStyle.BLOCK)
        .lines()
        .forEach(line -> text.append(" ".repeat(column)).append(line).append('\n'));
  }

  private void remove(int line, int next) throws Unusual {
    if (lines.get(line).stripLeading().startsWith("- ")) {
      throw new Unusual();
    }
    for (int i = line; i < next; i++) {
      removed.add(i);
    }
  }

  private void change(
      Node node,
      @Nullable Object now,
      @Nullable Object wanted,
      int column,
      int next,
      boolean inFlow)
      throws Unusual {
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
      edit(scalar, scalar(wanted, inFlow));
    } else {
      throw new Unusual();
    }
  }

  // ---- all of it

  private String rendered() throws Unusual {
    var text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      text.append(inserted.getOrDefault(i, new StringBuilder()));
      if (!removed.contains(i)) {
        text.append(rendered(i)).append('\n');
      }
    }
    text.append(inserted.getOrDefault(lines.size(), new StringBuilder()));
    if (!indents && inserted.size() > 0) {
      throw new Unusual(); // what was inserted would stand in other columns
    }
    return text.toString();
  }

  private String rendered(int number) {
    var line = lines.get(number);
    var all = edits.get(number);
    var column = indents ? columns.get(number) : null;
    int indentation = indentation(number);
    if (all.isEmpty() && (column == null || column == indentation)) {
      return line;
    }
    var comment = COMMENT.matcher(line).region(ends[number], line.length());
    int end = comment.matches() && comment.group(1) != null ? comment.start(1) : line.length();
    var body = new StringBuilder(line.substring(0, end));
    all.sort((a, b) -> Integer.compare(b.from(), a.from()));
    all.forEach(edit -> body.replace(edit.from(), edit.to(), edit.text()));
    if (column != null) {
      body.replace(0, indentation, " ".repeat(column));
    }
    var bare = body.toString().stripTrailing();
    if (end == line.length()) {
      return bare;
    }
    int pad = Math.max(1, line.codePointCount(0, end) - bare.codePointCount(0, bare.length()));
    return bare + " ".repeat(pad) + line.substring(end);
  }
}
