package dev.fovea.labels.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/** A text file line by line, each of bounded length; CR, LF or both end a line. */
public final class TextLines implements Closeable {
  private final Reader text;
  private final String file;
  private final int mostChars;
  private int line;
  private boolean afterReturn;

  TextLines(Reader text, String file, int mostChars) {
    this.text = text;
    this.file = file;
    this.mostChars = mostChars;
  }

  /**
   * The next line without its end; absent after the last.
   *
   * @throws LabelMistake when it is too long
   */
  public Optional<String> next() throws IOException, LabelMistake {
    var read = new StringBuilder();
    int c = text.read();
    if (afterReturn && c == '\n') {
      c = text.read();
    }
    afterReturn = false;
    if (c < 0) {
      return Optional.empty();
    }
    line++;
    for (; c >= 0 && c != '\n' && c != '\r'; c = text.read()) {
      if (read.length() == mostChars) {
        throw new LabelMistake(
            file, line, "a line of more than %d characters".formatted(mostChars));
      }
      read.append((char) c);
    }
    afterReturn = c == '\r';
    return Optional.of(read.toString());
  }

  /** The number of the line that was read last, from 1. */
  public int line() {
    return line;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
