package dev.fovea.labels.format;

/**
 * A file that is not of the format; the message says where, what is there and what was expected.
 */
public final class LabelMistake extends Exception {
  private static final long serialVersionUID = 1;

  private final String file;
  private final int line;
  private final String text;

  /**
   * @param line from 1; 0 where the whole file is meant
   */
  public LabelMistake(String file, int line, String text) {
    super(line == 0 ? "%s: %s".formatted(file, text) : "%s:%d: %s".formatted(file, line, text));
    this.file = file;
    this.line = line;
    this.text = text;
  }

  public String file() {
    return file;
  }

  public int line() {
    return line;
  }

  /** The message without the place. */
  public String text() {
    return text;
  }
}
