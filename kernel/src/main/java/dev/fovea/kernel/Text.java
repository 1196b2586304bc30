package dev.fovea.kernel;

/**
 * How text from outside is repeated in a message: short, on one line, without control characters.
 */
public final class Text {
  private static final int EXCERPT_CHARS = 80;

  private Text() {}

  /**
   * At most 80 characters of the text, with every control or format character, and every half of a
   * surrogate pair, shown as its code point.
   */
  public static String excerpt(String text) {
    return excerpt(text, EXCERPT_CHARS);
  }

  /** The same of at most so many characters. */
  public static String excerpt(String text, int most) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(most)
        .forEach(c -> {
          if (isHidden(c)) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return text.codePointCount(0, text.length()) > most ? shown + "…" : shown.toString();
  }

  private static boolean isHidden(int c) {
    int type = Character.getType(c);
    return Character.isISOControl(c) || type == Character.FORMAT || type == Character.SURROGATE;
  }
}
