package dev.fovea.web.releases;

/**
 * Text from outside for a page that goes to others: what would not be seen, or would turn the
 * letters around it, is written as its code point.
 */
final class Visible {
  private static final int NON_JOINER = 0x200C;
  private static final int JOINER = 0x200D;

  private Visible() {}

  /**
   * The text with every control and format character, and every half of a surrogate pair, as {@code
   * [U+202E]}. Line feeds and tabs stay, and so do the two joiners, which some scripts are written
   * with and which turn nothing.
   */
  static String text(String text) {
    if (text.codePoints().noneMatch(Visible::isHidden)) {
      return text;
    }
    var shown = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (isHidden(c)) {
            shown.append("[U+%04X]".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }

  private static boolean isHidden(int c) {
    int type = Character.getType(c);
    return c != '\n'
        && c != '\t'
        && c != NON_JOINER
        && c != JOINER
        && (Character.isISOControl(c)
            || type == Character.FORMAT
            || type == Character.SURROGATE
            || type == Character.LINE_SEPARATOR
            || type == Character.PARAGRAPH_SEPARATOR);
  }
}
