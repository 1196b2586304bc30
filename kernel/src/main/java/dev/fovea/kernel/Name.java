package dev.fovea.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * What a person calls a project, a dataset, a model, a device: 1 to 63 lower-case letters, digits
 * and inner hyphens (an RFC 1123 label), so that it fits a URL, a folder, a Kubernetes object and
 * an image reference without escaping.
 */
public record Name(String text) implements Comparable<Name> {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  public Name {
    if (!LABEL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "name: '%s' (expected: 1 to 63 lower-case letters, digits and inner hyphens)"
              .formatted(Text.excerpt(text)));
    }
  }

  @JsonCreator
  public static Name of(String text) {
    return new Name(text);
  }

  /** The same as {@link #of}, under the name that Spring's conversion looks for. */
  public static Name valueOf(String text) {
    return new Name(text);
  }

  @Override
  public int compareTo(Name other) {
    return text.compareTo(other.text);
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }
}
