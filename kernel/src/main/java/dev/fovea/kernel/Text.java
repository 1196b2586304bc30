package dev.fovea.kernel;

/**
 * How text from outside is repeated in a message: short, on one line, without control characters.
 */
public final class Text {
  private static final int EXCERPT_CHARS = 80;

  private Text() {}

  /**
   * At most 80 characters of the text, with every control or format character shown as its code
   * point.
   */
  public static String excerpt(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(EXCERPT_CHARS)
        .forEach(c -> {
          if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return text.codePointCount(0, text.length()) > EXCERPT_CHARS ? shown + "…" : shown.toString();
  }
}
