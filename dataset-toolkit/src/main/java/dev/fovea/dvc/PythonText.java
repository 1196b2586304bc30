package dev.fovea.dvc;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A text between quotes as Python's {@code json.dumps} writes it: ASCII alone, everything else as
 * {@code \}{@code uXXXX} in lower-case hex. One text has one spelling, so two that differ in a byte
 * differ.
 */
public final class PythonText {
  private static final int UNIT = 4;

  private PythonText() {}

  /**
   * The text; absent where Python would not write it so, or where it has a backslash or a control
   * character, which no path may have.
   */
  public static Optional<String> decode(byte[] bytes, int from, int to) {
    var text = new StringBuilder(to - from);
    for (int i = from; i < to; ) {
      byte next = bytes[i++];
      if (next < ' ' || next > '~' || next == '"') {
        return Optional.empty();
      }
      if (next != '\\') {
        text.append((char) next);
      } else if (i < to && bytes[i] == '"') {
        text.append('"');
        i++;
      } else {
        int unit = i < to && bytes[i] == 'u' ? unit(bytes, i + 1, to) : -1;
        if (unit < 0) {
          return Optional.empty();
        }
        text.append((char) unit);
        i += 1 + UNIT;
      }
    }
    return Optional.of(text.toString());
  }

  /** Four digits; negative where they are none, or those of a character that needs none. */
  private static int unit(byte[] bytes, int from, int to) {
    if (to - from < UNIT) {
      return -1;
    }
    var digits = new String(bytes, from, UNIT, StandardCharsets.ISO_8859_1);
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
      return -1;
    }
    int unit = HexFormat.fromHexDigits(digits);
    return unit > '~' ? unit : -1;
  }

  /** Writes a text with its quotes. */
  static void quote(String text, StringBuilder json) {
    json.append('"');
    escape(text, json);
    json.append('"');
  }

  /** Whether Python writes a byte of a text as it is. */
  public static boolean isPlain(byte c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  }

  /** Writes a text without quotes. */
  // Python's ensure_ascii escapes everything outside 0x20..0x7e, in lower-case hex, UTF-16 unit by
  // unit.
  public static void escape(String text, StringBuilder json) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        default -> {
          if (c < 0x20 || c > 0x7e) {
            json.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            json.append(c);
          }
        }
      }
    }
  }
}
