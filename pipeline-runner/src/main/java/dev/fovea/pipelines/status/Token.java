package dev.fovea.pipelines.status;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a token is kept. A file is read anew each time, so that it can be replaced. */
final class Token {
  private static final Pattern PRINTABLE = Pattern.compile("[!-~]{1,1000}");
  private static final int MOST_BYTES = 4096;

  private final String setting;
  private final Optional<Path> file;
  private final Optional<String> text;

  /**
   * @param setting which setting it is of, for words that project members read, too
   */
  Token(String setting, Optional<Path> file, Optional<String> text) {
    this.setting = setting;
    this.file = file;
    this.text = text;
  }

  /** There is none that can be sent. */
  static final class NoToken extends Exception {
    NoToken(String why) {
      super(why);
    }
  }

  /**
   * The token, or why there is none, without repeating it.
   *
   * @throws NoToken in words for the administrator
   */
  String read() throws NoToken {
    var token = file.isPresent() ? firstLine(file.get()) : text.orElse("").strip();
    if (!PRINTABLE.matcher(token).matches()) {
      throw new NoToken(
          "%s holds no token: %d characters (expected: 1 to 1000 printable ASCII characters)"
              .formatted(this, token.length()));
    }
    return token;
  }

  private String firstLine(Path path) throws NoToken {
    try (var in = Files.newInputStream(path)) {
      var read = new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
      return read.lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw new NoToken(
          "the file of %s can't be read (%s)".formatted(this, e.getClass().getSimpleName()));
    }
  }

  /** Which setting it is of. */
  @Override
  public String toString() {
    return setting;
  }
}
