package dev.fovea.teamfile;

import dev.fovea.kernel.Text;
import dev.fovea.teamfile.TeamFileProblem.Mistake;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The values of one section by key. Whatever is wrong with one is added to the mistakes, and
 * reading goes on with an empty value, so that one reading finds them all.
 */
final class Fields {
  private final Section section;
  private final int line;
  private final List<Mistake> mistakes;
  private final Map<String, Yaml> values = new LinkedHashMap<>();

  Fields(Section section, Yaml.Mapping mapping, List<Mistake> mistakes) {
    this.section = section;
    this.line = mapping.line();
    this.mistakes = mistakes;
    for (var entry : mapping.entries()) {
      var key = entry.getKey();
      if (!section.keys().contains(key.text())) {
        mistakes.add(new Mistake(key.line(), unknown(key.text())));
      } else if (values.putIfAbsent(key.text(), entry.getValue()) != null) {
        mistakes.add(
            new Mistake(
                key.line(), "'%s' stands twice in %s".formatted(key.text(), section.title())));
      }
    }
  }

  /** Where the section begins, from 1. */
  int line() {
    return line;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /**
   * Says that something is wrong with a key's value, or with the section where the key is absent.
   */
  void wrong(String key, String text) {
    var value = values.get(key);
    mistakes.add(new Mistake(value == null ? line : value.line(), text));
  }

  /** The value as it stands; a mistake where it is absent. */
  Optional<Yaml> required(String key) {
    if (!has(key)) {
      mistakes.add(new Mistake(line, "%s has no '%s'".formatted(section.title(), key)));
    }
    return find(key);
  }

  /** The value as it stands. */
  Optional<Yaml> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** A word or number; a mistake where it is absent or isn't what the reader takes. */
  <T> Optional<T> required(String key, Function<String, T> reader) {
    return required(key).flatMap(value -> scalar(key, value, reader));
  }

  /**
   * A word or number; the default where it is absent, and empty with a mistake where it isn't what
   * the reader takes.
   */
  <T> Optional<T> optional(String key, T absent, Function<String, T> reader) {
    return has(key) ? find(key).flatMap(value -> scalar(key, value, reader)) : Optional.of(absent);
  }

  /**
   * A list of words or numbers; the default where it is absent, and empty with a mistake where one
   * is wrong.
   */
  <T> Optional<List<T>> list(String key, List<T> absent, int limit, Function<String, T> reader) {
    return has(key)
        ? find(key).flatMap(value -> scalars(key, value, limit, reader))
        : Optional.of(absent);
  }

  private <T> Optional<List<T>> scalars(
      String key, Yaml value, int limit, Function<String, T> reader) {
    if (!(value instanceof Yaml.Sequence sequence)) {
      wrong(
          key, "'%s' is %s (expected: a list in brackets)".formatted(key, Values.described(value)));
      return Optional.empty();
    }
    if (sequence.items().size() > limit) {
      wrong(
          key,
          "'%s' has %d values (expected: at most %d)"
              .formatted(key, sequence.items().size(), limit));
      return Optional.empty();
    }
    var read = new ArrayList<T>();
    for (var item : sequence.items()) {
      scalar(key, item, reader).ifPresent(read::add);
    }
    return read.size() == sequence.items().size()
        ? Optional.of(List.copyOf(read))
        : Optional.empty();
  }

  /**
   * Words of the team's own with a word or number each, in the file's order; none where the key is
   * absent, and empty with a mistake where one is wrong.
   */
  <T> Optional<Map<String, T>> mapping(String key, int limit, Function<String, T> reader) {
    return has(key)
        ? find(key).flatMap(value -> mapping(key, value, limit, reader))
        : Optional.of(Map.of());
  }

  private <T> Optional<Map<String, T>> mapping(
      String key, Yaml value, int limit, Function<String, T> reader) {
    if (!(value instanceof Yaml.Mapping mapping)) {
      wrong(key, "'%s' is %s (expected: a mapping)".formatted(key, Values.described(value)));
      return Optional.empty();
    }
    if (mapping.entries().size() > limit) {
      wrong(
          key,
          "'%s' has %d keys (expected: at most %d)"
              .formatted(key, mapping.entries().size(), limit));
      return Optional.empty();
    }
    var read = new LinkedHashMap<String, T>();
    for (var entry : mapping.entries()) {
      var word = entry.getKey().text();
      if (read.containsKey(word)) {
        mistakes.add(
            new Mistake(
                entry.getKey().line(),
                "'%s' stands twice in '%s'".formatted(Text.excerpt(word), key)));
      }
      scalar(key, entry.getValue(), reader).ifPresent(each -> read.put(word, each));
    }
    return read.size() == mapping.entries().size() ? Optional.of(read) : Optional.empty();
  }

  private <T> Optional<T> scalar(String key, Yaml value, Function<String, T> reader) {
    if (!(value instanceof Yaml.Scalar scalar)) {
      mistakes.add(
          new Mistake(
              value.line(),
              "'%s' is %s (expected: one value)".formatted(key, Values.described(value))));
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(scalar.text()));
    } catch (IllegalArgumentException e) {
      mistakes.add(new Mistake(value.line(), "'%s': %s".formatted(key, e.getMessage())));
      return Optional.empty();
    }
  }

  private String unknown(String key) {
    var shown = Text.excerpt(key);
    var reason = section.refused().get(key);
    if (reason != null) {
      return "'%s' has no effect in %s: %s".formatted(shown, section.title(), reason);
    }
    return Nearest.of(key, section.keys())
        .map(near -> "%s has no '%s'; did you mean '%s'?".formatted(section.title(), shown, near))
        .orElseGet(() ->
            "%s has no '%s' (expected: %s)"
                .formatted(section.title(), shown, String.join(", ", section.keys())));
  }
}
