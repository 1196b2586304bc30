package dev.fovea.dvc.work;

import java.util.List;

/** Two versions of a text in one, as Git writes them, so that nobody takes it for settled. */
public final class ConflictMarkers {
  private static final String OURS = "<<<<<<< ours\n";
  private static final String BETWEEN = "=======\n";
  private static final String THEIRS = ">>>>>>> theirs\n";

  private ConflictMarkers() {}

  /** The lines that both begin and end with stand once, unless the texts are equal. */
  public static String of(String ours, String theirs) {
    var mine = lines(ours);
    var others = lines(theirs);
    int most = mine.equals(others) ? 0 : Math.min(mine.size(), others.size());
    int head = 0;
    while (head < most && mine.get(head).equals(others.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < most - head && mine.reversed().get(tail).equals(others.reversed().get(tail))) {
      tail++;
    }
    var text = new StringBuilder();
    append(mine.subList(0, head), text);
    text.append(OURS);
    append(mine.subList(head, mine.size() - tail), text);
    text.append(BETWEEN);
    append(others.subList(head, others.size() - tail), text);
    text.append(THEIRS);
    append(mine.subList(mine.size() - tail, mine.size()), text);
    return text.toString();
  }

  /** Whether a text has them, Git's own too. */
  static boolean areIn(String text) {
    return text.lines().anyMatch(line -> line.startsWith("<<<<<<< "));
  }

  // Not String.lines, which would lose a carriage return.
  private static List<String> lines(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)", -1));
  }

  private static void append(List<String> lines, StringBuilder text) {
    for (var line : lines) {
      text.append(line).append(line.isEmpty() || line.endsWith("\n") ? "" : "\n");
    }
  }
}
