package dev.fovea.onnx.export.lowering.call;

import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Parameters of an operator. A saved program leaves out arguments that have their default, so the
 * defaults are part of its meaning; they come from {@code aten-schemas.txt}, which a script writes
 * from PyTorch's own registry.
 *
 * @param parameters default of each parameter by name; empty if it must be given
 */
public record Schema(Map<String, Optional<Argument>> parameters) {
  private static final String RESOURCE = "aten-schemas.txt";
  private static final Map<String, Schema> ALL = load();

  public static Optional<Schema> of(String operator) {
    return Optional.ofNullable(ALL.get(operator));
  }

  /** All operators of the table. */
  public static Map<String, Schema> all() {
    return ALL;
  }

  private static Map<String, Schema> load() {
    try (var in = Schema.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("resource %s: missing".formatted(RESOURCE));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" "))
          .collect(Collectors.toUnmodifiableMap(words -> words[0], Schema::parse));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema parse(String[] words) {
    var parameters = new HashMap<String, Optional<Argument>>();
    for (var word : List.of(words).subList(1, words.length)) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        parameters.put(word, Optional.empty());
      } else {
        parameters.put(word.substring(0, equals), Optional.of(value(word.substring(equals + 1))));
      }
    }
    return new Schema(Map.copyOf(parameters));
  }

  private static Argument value(String text) {
    return switch (text) {
      case "None" -> new Argument.None();
      case "True" -> new Argument.Bool(true);
      case "False" -> new Argument.Bool(false);
      case "[]" -> new Argument.Ints(List.of());
      default -> {
        if (text.startsWith("'")) {
          yield new Argument.Text(text.substring(1, text.length() - 1));
        }
        if (text.startsWith("[")) {
          yield new Argument.Ints(
              Arrays.stream(text.substring(1, text.length() - 1).split(","))
                  .map(number -> Size.known(Long.parseLong(number)))
                  .toList());
        }
        yield text.matches("-?\\d+")
            ? new Argument.Int(Size.known(Long.parseLong(text)))
            : new Argument.Real(Double.parseDouble(text));
      }
    };
  }
}
