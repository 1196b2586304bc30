package dev.fovea.labels.format;

import java.io.IOException;

/** Labels of more than somebody else may make us read; see {@link LabelLimits}. */
public final class LabelsTooLarge extends IOException {
  private static final long serialVersionUID = 1;

  private final String file;
  private final String text;

  /**
   * @param text what there is too much of, and how much is expected at most
   */
  public LabelsTooLarge(String file, String text) {
    super("%s: %s".formatted(file, text));
    this.file = file;
    this.text = text;
  }

  public String file() {
    return file;
  }

  /** The message without the place. */
  public String text() {
    return text;
  }
}
