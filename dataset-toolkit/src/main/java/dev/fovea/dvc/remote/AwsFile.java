package dev.fovea.dvc.remote;

import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A file of {@code ~/.aws}, as botocore 1.43 reads it with Python's {@code RawConfigParser}. What
 * is wrong with it is told by the line's number alone: a line may be a secret.
 *
 * @param sections their settings; names of settings in lower case. What is indented below a setting
 *     without a value, such as {@code s3 =}, is passed over
 */
record AwsFile(Path path, Map<String, Map<String, String>> sections) {
  private static final long MOST_BYTES = 1 << 20;

  /** How a section is named that is a profile in {@code config}. */
  private static final String PROFILE = "profile";

  /**
   * Reads one; one that is not there is empty.
   *
   * @throws InvalidRequest when it can't be read or understood
   */
  static AwsFile read(Path path) {
    if (!Files.isRegularFile(path)) {
      return new AwsFile(path, Map.of());
    }
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw fault(
            path, "has %d bytes (expected: at most %d)".formatted(Files.size(path), MOST_BYTES));
      }
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(path)));
      return new AwsFile(path, parse(path, text.toString()));
    } catch (CharacterCodingException _) {
      throw fault(path, "is no UTF-8");
    } catch (IOException e) {
      throw fault(path, "can't be read: " + e.getClass().getSimpleName());
    }
  }

  private static InvalidRequest fault(Path path, String what) {
    return new InvalidRequest(
        "%s %s".formatted(path, what),
        "mend it, or name another by AWS_SHARED_CREDENTIALS_FILE or AWS_CONFIG_FILE");
  }

  private static Map<String, Map<String, String>> parse(Path path, String text) {
    var sections = new LinkedHashMap<String, Map<String, String>>();
    Map<String, String> section = Map.of();
    var key = "";
    int number = 0;
    for (var raw : text.lines().toList()) {
      number++;
      var line = raw.strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (Character.isWhitespace(raw.charAt(0)) && !key.isEmpty()) {
        section.computeIfPresent(key, (_, value) -> value.isEmpty() ? value : value + "\n" + line);
        continue;
      }
      if (line.startsWith("[")) {
        int end = line.lastIndexOf(']');
        if (end < 2 || sections.containsKey(line.substring(1, end))) {
          throw fault(path, "has in line %d no new section (expected: [name])".formatted(number));
        }
        section = new HashMap<>();
        sections.put(line.substring(1, end), section);
        key = "";
        continue;
      }
      int end = delimiter(line);
      if (end <= 0 || sections.isEmpty()) {
        throw fault(
            path,
            "has in line %d what is not understood (expected: [name], then key = value)"
                .formatted(number));
      }
      key = line.substring(0, end).strip().toLowerCase(Locale.ROOT);
      if (section.put(key, line.substring(end + 1).strip()) != null) {
        throw fault(path, "says in line %d again what %s is".formatted(number, key));
      }
    }
    return sections;
  }

  private static int delimiter(String line) {
    int equals = line.indexOf('=');
    int colon = line.indexOf(':');
    return equals < 0 ? colon : colon < 0 ? equals : Math.min(equals, colon);
  }

  /** Those of its sections that are profiles where it is {@code config}: {@code [profile NAME]}. */
  Map<String, Map<String, String>> profiles() {
    var profiles = new HashMap<String, Map<String, String>>();
    sections.forEach((name, settings) -> {
      if (name.equals("default")) {
        profiles.put(name, settings);
      } else if (name.startsWith(PROFILE) && name.length() > PROFILE.length()) {
        var given = name.substring(PROFILE.length());
        if (Character.isWhitespace(given.charAt(0))) {
          profiles.put(given.strip().replaceAll("^([\"'])(.*)\\1$", "$2"), settings);
        }
      }
    });
    return profiles;
  }
}
