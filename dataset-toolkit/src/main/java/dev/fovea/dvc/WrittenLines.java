package dev.fovea.dvc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The lines of a YAML text, and what shall become of them. A comment behind a value stays in its
 * column where it can.
 */
final class WrittenLines {
  private static final Pattern COMMENT = Pattern.compile("[\\s:,\\]}]*?\\s(#.*)|\\s*");

  private final List<String> lines;
  private final List<List<Edit>> edits = new ArrayList<>();
  private final TreeMap<Integer, StringBuilder> inserted = new TreeMap<>();
  private final Set<Integer> removed = new HashSet<>();
  private final Map<Integer, Integer> columns = new HashMap<>();
  private final int[] ends;
  private boolean indents = true;

  /** What takes the place of a part of a line. */
  private record Edit(int from, int to, String text) {}

  WrittenLines(String text) {
    lines = text.lines().toList();
    lines.forEach(_ -> edits.add(new ArrayList<>()));
    ends = new int[lines.size()];
  }

  /** How many there are. */
  int size() {
    return lines.size();
  }

  String get(int line) {
    return lines.get(line);
  }

  /** All of them, as they are. */
  String text() {
    return String.join("\n", lines) + "\n";
  }

  /** Where a node begins. */
  static int line(Node node) throws UnusualText {
    return node.getStartMark().orElseThrow(UnusualText::new).getLine();
  }

  static int endLine(Node node) throws UnusualText {
    return node.getEndMark().orElseThrow(UnusualText::new).getLine();
  }

  /** In UTF-16 units, where YAML counts characters. */
  private int column(int line, int characters) {
    return lines.get(line).offsetByCodePoints(0, characters);
  }

  int column(Node node) throws UnusualText {
    return column(line(node), node.getStartMark().orElseThrow(UnusualText::new).getColumn());
  }

  int end(Node node) throws UnusualText {
    return column(endLine(node), node.getEndMark().orElseThrow(UnusualText::new).getColumn());
  }

  /** Says that a value ends here: a comment may stand behind it. */
  void noteEnd(Node node) throws UnusualText {
    ends[endLine(node)] = Math.max(ends[endLine(node)], end(node));
  }

  /** Puts a text in the place of a value that stands on one line. */
  void replace(Node node, String text) throws UnusualText {
    replace(line(node), column(node), end(node), text);
  }

  /** The same for a part of a line, whose end no other such part has. */
  void replace(int line, int from, int to, String text) {
    var all = edits.get(line);
    all.removeIf(each -> each.to() == to);
    if (!lines.get(line).substring(from, to).equals(text)) {
      all.add(new Edit(from, to, text));
    }
  }

  /** Puts a line before another, behind those that were put there already. */
  void insert(int before, String line) {
    inserted.computeIfAbsent(before, _ -> new StringBuilder()).append(line).append('\n');
  }

  void remove(int line) {
    removed.add(line);
  }

  /** Lets a line begin in a column. */
  void begin(int line, int column) {
    columns.put(line, column);
  }

  /** Leaves the columns in which lines begin as they are, unless that is so. */
  void indentOnlyIf(boolean usual) {
    indents &= usual;
  }

  /** How many spaces a line begins with. */
  int indentation(int line) {
    return lines.get(line).length() - lines.get(line).stripLeading().length();
  }

  /**
   * What became of them.
   *
   * @throws UnusualText when what was inserted would stand in other columns than what is there
   */
  String rendered() throws UnusualText {
    var text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      text.append(inserted.getOrDefault(i, new StringBuilder()));
      if (!removed.contains(i)) {
        text.append(rendered(i)).append('\n');
      }
    }
    text.append(inserted.getOrDefault(lines.size(), new StringBuilder()));
    if (!indents && inserted.size() > 0) {
      throw new UnusualText();
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
