package dev.fovea.registry.protocol;

import dev.fovea.kernel.Text;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.regex.Pattern;

/** How long and of which characters names and values are: MLflow's limits, in its words. */
public final class Limits {
  public static final int METRICS = 1_000;
  public static final int PARAMS = 100;
  public static final int TAGS = 100;
  public static final int ENTITIES = 1_000;

  private static final int KEY_CHARS = 250;
  private static final int PARAM_CHARS = 6_000;
  private static final int TAG_CHARS = 8_000;
  private static final Pattern NAME = Pattern.compile("[/\\p{L}\\p{N}_.\\- :]*+");

  private Limits() {}

  /** A metric's, parameter's or tag's key; it may look like a path, but only like its own. */
  public static String key(String what, String key) {
    if (isPlain(key)) {
      return key;
    }
    atMost(what + " name", key, KEY_CHARS);
    if (!NAME.matcher(key).matches()) {
      throw MlflowError.invalid(
          "Invalid %s name: '%s'. Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/)."
              .formatted(what, Text.excerpt(key)));
    }
    var resolved = resolved(key);
    if (!resolved.equals(key) || resolved.startsWith("..") || resolved.startsWith("/")) {
      throw MlflowError.invalid(
          "Invalid %s name: '%s'. Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '%s'"
              .formatted(what, Text.excerpt(key), Text.excerpt(resolved)));
    }
    return key;
  }

  // Most keys are, and a batch has a thousand of them.
  private static boolean isPlain(String key) {
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_') {
        return false;
      }
    }
    return !key.isEmpty() && key.length() <= KEY_CHARS;
  }

  /** A parameter with its value cut to 6,000 characters, as MLflow cuts. */
  public static KeyValue param(KeyValue param) {
    return new KeyValue(key("param", param.key()), cut(param.value(), PARAM_CHARS));
  }

  /** A run's tag with its value cut to 8,000 characters, as MLflow cuts. */
  public static KeyValue tag(KeyValue tag) {
    return new KeyValue(key("tag", tag.key()), cut(tag.value(), TAG_CHARS));
  }

  /** Refuses text that is longer. */
  public static String atMost(String what, String text, int chars) {
    if (text.length() > chars) {
      throw MlflowError.invalid(
          "'%s' exceeds the maximum length of %d characters; it has %d"
              .formatted(what, chars, text.length()));
    }
    return text;
  }

  /** Refuses batches that are larger than MLflow takes. */
  public static void batch(int metrics, int params, int tags) {
    refuseMore("metrics", metrics, METRICS);
    refuseMore("params", params, PARAMS);
    refuseMore("tags", tags, TAGS);
    refuseMore("metrics, params, and tags", metrics + params + tags, ENTITIES);
  }

  private static void refuseMore(String what, int count, int most) {
    if (count > most) {
      throw MlflowError.invalid(
          "A batch logging request can contain at most %d %s. Got %d %s. Please split up %s across multiple requests and try again."
              .formatted(most, what, count, what, what));
    }
  }

  private static String cut(String text, int chars) {
    return text.length() <= chars ? text : text.substring(0, chars);
  }

  // What POSIX makes of it, as MLflow looks at it.
  private static String resolved(String path) {
    var kept = new ArrayDeque<String>();
    for (var part : List.of(path.split("/"))) {
      if (part.equals("..") && !kept.isEmpty() && !kept.getLast().equals("..")) {
        kept.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        kept.addLast(part);
      }
    }
    return (path.startsWith("/") ? "/" : "") + (kept.isEmpty() ? "." : String.join("/", kept));
  }

  /**
   * A time as answers have it. A client may have sent any 64-bit number; what no calendar holds is
   * shown as the farthest that JSON's dates do.
   */
  public static Instant instant(long millis) {
    return Instant.ofEpochMilli(Math.clamp(millis, 0, 253_402_300_799_999L));
  }
}
