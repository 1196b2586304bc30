package dev.fovea.labels.xml;

import java.util.ArrayDeque;
import java.util.Deque;

/** Builds XML, indented, one element a line. */
public final class XmlText {
  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();
  private final int indent;

  /**
   * @param indent how many elements stand around it
   */
  public XmlText(int indent) {
    this.indent = indent;
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values by turns
   */
  public XmlText begin(String name, String... attributes) {
    tag(name, attributes).append(">\n");
    open.push(name);
    return this;
  }

  /** Ends the innermost element. */
  public XmlText end() {
    var name = open.pop();
    line().append("</").append(name).append(">\n");
    return this;
  }

  /** An element with nothing in it. */
  public XmlText empty(String name, String... attributes) {
    tag(name, attributes).append("/>\n");
    return this;
  }

  /** An element with text in it. */
  public XmlText element(String name, String content, String... attributes) {
    escape(content, tag(name, attributes).append('>')).append("</").append(name).append(">\n");
    return this;
  }

  private StringBuilder tag(String name, String... attributes) {
    line().append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      escape(attributes[i + 1], text.append(' ').append(attributes[i]).append("=\"")).append('"');
    }
    return text;
  }

  private StringBuilder line() {
    return text.repeat("  ", indent + open.size());
  }

  private static StringBuilder escape(String content, StringBuilder to) {
    content
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> to.append("&amp;");
            case '<' -> to.append("&lt;");
            case '>' -> to.append("&gt;");
            case '"' -> to.append("&quot;");
            case '\t', '\n', '\r' -> to.append("&#").append(c).append(';');
            default -> {
              boolean allowed =
                  c >= 0x20 && !(c >= 0xd800 && c <= 0xdfff) && c != 0xfffe && c != 0xffff;
              if (!allowed) {
                throw new IllegalArgumentException(
                    "U+%04X in a text (expected: characters that XML 1.0 has)".formatted(c));
              }
              to.appendCodePoint(c);
            }
          }
        });
    return to;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
