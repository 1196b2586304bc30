package dev.fovea.dvc.pipeline;

import java.util.ArrayList;
import java.util.List;

/** A path in which {@code ${…}} stands for any text. */
final class PathTemplate {
  /** What a template begins with. */
  static final String OPENING = "${";

  private static final int LONGEST = 4096;

  private PathTemplate() {}

  /** Whether a path may be what a template comes to, by the texts around what is resolved. */
  static boolean fits(String template, String path) {
    if (!template.contains(OPENING)) {
      return template.equals(path);
    }
    var parts = parts(template);
    if (path.length() > LONGEST || !path.startsWith(parts.getFirst())) {
      return false;
    }
    int at = parts.getFirst().length();
    for (var part : parts.subList(1, parts.size() - 1)) {
      int found = path.indexOf(part, at);
      if (found < 0) {
        return false;
      }
      at = found + part.length();
    }
    var last = parts.getLast();
    return path.length() - last.length() >= at && path.endsWith(last);
  }

  /** What stands before, between and behind what is resolved. */
  private static List<String> parts(String template) {
    var parts = new ArrayList<String>();
    int from = 0;
    for (int open = template.indexOf(OPENING); open >= 0; open = template.indexOf(OPENING, from)) {
      parts.add(template.substring(from, open));
      int close = template.indexOf('}', open);
      from = close < 0 ? template.length() : close + 1;
    }
    parts.add(template.substring(from));
    return parts;
  }
}
