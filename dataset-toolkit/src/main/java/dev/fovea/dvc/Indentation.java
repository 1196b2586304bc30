package dev.fovea.dvc;

import static dev.fovea.dvc.KeptText.isBlock;
import static dev.fovea.dvc.KeptText.isFlow;
import static dev.fovea.dvc.WrittenLines.line;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** In which columns DVC lets lines begin: two more in each mapping, and no more in a list. */
final class Indentation {
  static final int STEP = 2;

  private final WrittenLines lines;

  Indentation(WrittenLines lines) {
    this.lines = lines;
  }

  /**
   * @param limit the line of what comes behind the mapping
   * @param begun whether its first key stands behind the dash of a list
   */
  void mapping(MappingNode node, int column, int limit, boolean begun) throws UnusualText {
    var entries = node.getValue();
    for (int i = 0; i < entries.size(); i++) {
      var key = entries.get(i).getKeyNode();
      int next = i + 1 < entries.size() ? line(entries.get(i + 1).getKeyNode()) : limit;
      if (i > 0 || !begun) {
        lines.begin(line(key), column);
      }
      value(entries.get(i).getValueNode(), key, column, next);
    }
  }

  private void value(Node value, Node key, int column, int next) throws UnusualText {
    if (isFlow(value)) {
      return;
    }
    switch (value) {
      case MappingNode mapping -> mapping(mapping, column + STEP, next, false);
      case SequenceNode list -> list(list, column, next);
      case ScalarNode scalar when isBlock(scalar) -> text(key, column + STEP, next);
      default ->
          lines.indentOnlyIf(
              line(value) == line(key) || value.getEndMark().equals(value.getStartMark()));
    }
  }

  private void list(SequenceNode node, int column, int limit) throws UnusualText {
    var items = node.getValue();
    for (int i = 0; i < items.size(); i++) {
      var item = items.get(i);
      int line = line(item);
      int next = i + 1 < items.size() ? line(items.get(i + 1)) : limit;
      var text = lines.get(line);
      int dash = text.length() - text.stripLeading().length();
      lines.indentOnlyIf(text.startsWith("- ", dash) && lines.column(item) == dash + STEP);
      lines.begin(line, column);
      switch (item) {
        case MappingNode mapping when !isFlow(item) -> mapping(mapping, column + STEP, next, true);
        case SequenceNode _ when !isFlow(item) -> lines.indentOnlyIf(false);
        case ScalarNode scalar when isBlock(scalar) -> lines.indentOnlyIf(false);
        default -> {}
      }
    }
  }

  /** The lines of a text that stands below its key; a comment behind it is indented less. */
  private void text(Node key, int column, int next) throws UnusualText {
    int line = line(key);
    lines.indentOnlyIf(!lines.get(line).matches(".*[|>][-+]?[1-9].*"));
    int least = Integer.MAX_VALUE;
    int end = line + 1;
    for (; end < next; end++) {
      if (!lines.get(end).isBlank()) {
        if (lines.indentation(end) <= lines.column(key)) {
          break;
        }
        least = Math.min(least, lines.indentation(end));
      }
    }
    for (int i = line + 1; i < end; i++) {
      if (!lines.get(i).isBlank()) {
        lines.begin(i, column + lines.indentation(i) - least);
      }
    }
  }
}
