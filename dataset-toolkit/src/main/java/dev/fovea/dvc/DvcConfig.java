package dev.fovea.dvc;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * DVC's settings, as {@code configobj} writes them (dvc 3.67, {@code config.py}): later files win,
 * key by key. Sections are {@code core}, {@code cache}, and {@code remote "NAME"}.
 */
public final class DvcConfig {
  private static final long MOST_BYTES = 1 << 20;

  private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();

  private DvcConfig() {}

  /**
   * Reads those of the files that exist, in this order.
   *
   * @throws DvcMistake with the line that is not understood
   */
  public static DvcConfig read(List<Path> files) throws IOException, DvcMistake {
    var config = new DvcConfig();
    for (var file : files) {
      if (Files.isRegularFile(file)) {
        if (Files.size(file) > MOST_BYTES) {
          throw new DvcMistake(
              0,
              "%s has %d bytes (expected: at most %d)"
                  .formatted(file, Files.size(file), MOST_BYTES));
        }
        config.add(Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    return config;
  }

  /**
   * Reads those of the files that exist, and then a text.
   *
   * @throws DvcMistake with the line that is not understood
   */
  public static DvcConfig read(List<Path> files, String text) throws IOException, DvcMistake {
    var config = read(files);
    config.add(text);
    return config;
  }

  /** Reads one text. */
  static DvcConfig parse(String text) throws DvcMistake {
    var config = new DvcConfig();
    config.add(text);
    return config;
  }

  private void add(String text) throws DvcMistake {
    var section = "";
    int number = 0;
    for (var raw : text.lines().toList()) {
      number++;
      var line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[")) {
        section = section(line, number);
        continue;
      }
      int equals = line.indexOf('=');
      if (equals <= 0) {
        throw new DvcMistake(
            number, "'%s' (expected: key = value, or [section])".formatted(Text.excerpt(line)));
      }
      var key = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      sections
          .computeIfAbsent(section, _ -> new LinkedHashMap<>())
          .put(unquoted(key, number), unquoted(line.substring(equals + 1).strip(), number));
    }
  }

  private static String section(String line, int number) throws DvcMistake {
    int end = line.lastIndexOf(']');
    if (end < 0) {
      throw new DvcMistake(number, "'%s' (expected: [section])".formatted(Text.excerpt(line)));
    }
    return unquoted(line.substring(1, end).strip(), number);
  }

  /** A value that has quotes ends with them; one that has none ends before a comment. */
  private static String unquoted(String value, int number) throws DvcMistake {
    if (value.isEmpty()) {
      return value;
    }
    char quote = value.charAt(0);
    if (quote != '"' && quote != '\'') {
      int comment = value.indexOf('#');
      return comment < 0 ? value : value.substring(0, comment).strip();
    }
    int end = value.indexOf(quote, 1);
    if (end < 0) {
      throw new DvcMistake(number, "a quote is not closed");
    }
    return value.substring(1, end);
  }

  /** A setting; absent where it is not made. */
  public Optional<String> get(String section, String key) {
    return Optional.ofNullable(sections.getOrDefault(section, Map.of()).get(key));
  }

  /** All settings of a remote; empty where there is none of that name. */
  public Map<String, String> remote(String name) {
    return Map.copyOf(sections.getOrDefault("remote \"" + name + "\"", Map.of()));
  }

  /** The remote that is used where none is named. */
  public Optional<String> defaultRemote() {
    return get("core", "remote");
  }
}
