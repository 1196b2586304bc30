package dev.fovea.cli.imports.mlflow;

import dev.fovea.cli.imports.source.Pair;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A {@code meta.yaml} of MLflow's file store: words, and mappings of words. It is read from the
 * parser's events, so that nothing is built that a file asks for: no tag, anchor or alias is taken.
 */
final class MetaYaml {
  /** A dataset's profile may have 16 MiB. */
  static final int MOST_BYTES = 20 << 20;

  private static final int MOST_DEPTH = 10;

  private final Map<String, String> words = new HashMap<>();
  private final Map<String, List<Pair>> mappings = new HashMap<>();

  private MetaYaml() {}

  /**
   * Parses a file's text.
   *
   * @param name of the file, for people
   */
  static MetaYaml parse(String name, String text) throws IOException {
    var settings =
        LoadSettings.builder().setCodePointLimit(MOST_BYTES).setLabel("meta.yaml").build();
    var yaml = new MetaYaml();
    try {
      yaml.read(new Parse(settings).parseString(text).iterator());
    } catch (YamlEngineException | IllegalStateException e) {
      throw new IOException(
          "%s is not read: %s"
              .formatted(
                  name, Text.excerpt(String.valueOf(e.getMessage()).replaceAll("\\s+", " "))),
          e);
    }
    return yaml;
  }

  /** A word's text; empty where it is missing or null. */
  Optional<String> find(String key) {
    return Optional.ofNullable(words.get(key));
  }

  /** A word's text, or empty text. */
  String text(String key) {
    return words.getOrDefault(key, "");
  }

  /** A whole number; empty where it is missing or none. */
  Optional<Long> whole(String key) {
    return find(key).filter(text -> text.matches("-?\\d{1,18}")).map(Long::parseLong);
  }

  /** What a key maps to, as keys and values. */
  List<Pair> pairs(String key) {
    return mappings.getOrDefault(key, List.of());
  }

  private void read(Iterator<Event> events) {
    events.next(); // the stream begins
    if (events.next().getEventId() != Event.ID.DocumentStart) {
      throw new IllegalStateException("it is empty");
    }
    if (checked(events.next(), 0).getEventId() != Event.ID.MappingStart) {
      throw new IllegalStateException("it holds no keys");
    }
    for (var event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      var key = word(checked(event, 1));
      var value = checked(events.next(), 1);
      switch (value.getEventId()) {
        case Scalar -> {
          if (!isNull((ScalarEvent) value)) {
            words.put(key, word(value));
          }
        }
        case MappingStart -> mappings.put(key, mapping(events));
        default -> skip(events, 2);
      }
    }
  }

  private static List<Pair> mapping(Iterator<Event> events) {
    var pairs = new ArrayList<Pair>();
    for (var event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      var key = word(checked(event, 2));
      var value = checked(events.next(), 2);
      if (value instanceof ScalarEvent) {
        pairs.add(new Pair(key, word(value)));
      } else {
        skip(events, 3);
      }
    }
    return List.copyOf(pairs);
  }

  /** Passes over the rest of a list or mapping that has begun. */
  private static void skip(Iterator<Event> events, int depth) {
    for (var event = events.next(); ; event = events.next()) {
      switch (checked(event, depth).getEventId()) {
        case MappingEnd, SequenceEnd -> {
          return;
        }
        case MappingStart, SequenceStart -> skip(events, depth + 1);
        default -> {}
      }
    }
  }

  private static Event checked(Event event, int depth) {
    if (depth > MOST_DEPTH) {
      throw new IllegalStateException("it is deeper than %d levels".formatted(MOST_DEPTH));
    }
    boolean tagged =
        switch (event) {
          case AliasEvent _ -> true;
          case ScalarEvent scalar -> scalar.getTag().isPresent();
          case CollectionStartEvent start -> start.getTag().isPresent();
          default -> false;
        };
    if (tagged || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
      throw new IllegalStateException(
          "line %d has a tag, an anchor or an alias (expected: plain values)"
              .formatted(event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0)));
    }
    return event;
  }

  private static String word(Event event) {
    if (event instanceof ScalarEvent scalar) {
      return scalar.getValue();
    }
    throw new IllegalStateException("a key is a list or a mapping");
  }

  private static boolean isNull(ScalarEvent scalar) {
    return scalar.isPlain() && List.of("null", "~", "").contains(scalar.getValue());
  }
}
