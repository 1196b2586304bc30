package dev.fovea.registry.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a page begins, as MLflow writes it: the base64 of {@code {"offset": 100}}. */
public record PageToken(long offset) {
  private static final Pattern WRITTEN = Pattern.compile("\\{\"offset\": ?(\\d{1,9})}");
  private static final int LIMIT_CHARS = 200;

  /** The beginning. */
  public static final PageToken FIRST = new PageToken(0);

  /**
   * Reads a token.
   *
   * @throws MlflowError when it is none that {@link #text} makes
   */
  public static PageToken parse(String text) {
    if (text.length() <= LIMIT_CHARS) {
      try {
        var written = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        var matcher = WRITTEN.matcher(written);
        if (matcher.matches()) {
          return new PageToken(Long.parseLong(matcher.group(1)));
        }
      } catch (IllegalArgumentException e) {
        throw MlflowError.invalid("Invalid page token, could not base64-decode");
      }
    }
    throw MlflowError.invalid(
        "Invalid page token, parsed offset is not a number that this server wrote");
  }

  /** The token of an optional field; the first page where it is absent or empty. */
  public static PageToken of(Optional<String> text) {
    return text.filter(token -> !token.isEmpty()).map(PageToken::parse).orElse(FIRST);
  }

  /** The written form. */
  public String text() {
    return Base64.getEncoder()
        .encodeToString("{\"offset\": %d}".formatted(offset).getBytes(StandardCharsets.UTF_8));
  }
}
