package dev.fovea.cli.imports.rest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The query of an address.
 *
 * @param text empty, or {@code ?a=b&c=d}, encoded
 */
public record Query(String text) {
  public static Query none() {
    return new Query("");
  }

  public static Query of(String key, String value) {
    return none().and(key, value);
  }

  public Query and(String key, String value) {
    return new Query(
        "%s%s%s=%s"
            .formatted(
                text,
                text.isEmpty() ? "?" : "&",
                URLEncoder.encode(key, StandardCharsets.UTF_8),
                URLEncoder.encode(value, StandardCharsets.UTF_8)));
  }
}
