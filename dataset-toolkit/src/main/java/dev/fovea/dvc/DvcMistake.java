package dev.fovea.dvc;

/** A file of DVC's that cannot be used; the message says what is there and what was expected. */
public final class DvcMistake extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;

  /**
   * @param line from 1; 0 where the whole file is meant
   */
  public DvcMistake(int line, String text) {
    super(text);
    this.line = line;
  }

  public int line() {
    return line;
  }

  /** What is there and what was expected. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
