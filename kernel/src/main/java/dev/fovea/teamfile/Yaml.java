package dev.fovea.teamfile;

import dev.fovea.kernel.Text;
import dev.fovea.teamfile.TeamFileProblem.Mistake;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A YAML text as it stands there: every value with its line, nothing converted. Built from the
 * parser's events, which are bounded before anything is built: 256 KiB, 20 levels, no anchors,
 * aliases or tags, one document.
 */
sealed interface Yaml {
  int LIMIT_BYTES = 256 << 10;
  int LIMIT_DEPTH = 20;

  /** From 1. */
  int line();

  record Scalar(String text, int line) implements Yaml {}

  record Sequence(List<Yaml> items, int line) implements Yaml {}

  record Mapping(List<Map.Entry<Scalar, Yaml>> entries, int line) implements Yaml {}

  /**
   * Parses the text.
   *
   * @throws TeamFileProblem with the first mistake: after a broken line nothing else can be trusted
   */
  static Yaml parse(String text) {
    if (text.length() > LIMIT_BYTES || text.getBytes(StandardCharsets.UTF_8).length > LIMIT_BYTES) {
      throw broken(0, "%d characters (expected: at most 256 KiB)".formatted(text.length()));
    }
    try {
      var settings =
          LoadSettings.builder().setCodePointLimit(LIMIT_BYTES).setLabel("fovea.yaml").build();
      return new Builder(new Parse(settings).parseString(text).iterator()).document();
    } catch (MarkedYamlEngineException e) {
      throw broken(
          e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0),
          "not YAML: " + oneLine(e.getProblem()));
    } catch (ReaderException e) {
      var before =
          text.substring(
              0,
              text.offsetByCodePoints(
                  0, Math.min(e.getPosition(), text.codePointCount(0, text.length()))));
      throw broken((int) before.chars().filter(c -> c == '\n').count() + 1, "a control character");
    } catch (YamlEngineException e) {
      throw broken(0, "not YAML: " + oneLine(String.valueOf(e.getMessage())));
    }
  }

  private static TeamFileProblem broken(int line, String text) {
    return new TeamFileProblem(List.of(new Mistake(line, text)));
  }

  private static String oneLine(String text) {
    return Text.excerpt(text.replaceAll("\\s+", " "));
  }

  /** Turns events into values. */
  final class Builder {
    private final Iterator<Event> events;

    private Builder(Iterator<Event> events) {
      this.events = events;
    }

    private Yaml document() {
      events.next(); // the stream begins
      if (events.next().getEventId() != Event.ID.DocumentStart) {
        throw broken(0, "empty (expected: 'project: <name>' and what follows)");
      }
      var root = value(events.next(), 0);
      events.next(); // the document ends
      var after = events.next();
      if (after.getEventId() != Event.ID.StreamEnd) {
        throw broken(line(after), "a second document (expected: one)");
      }
      return root;
    }

    private Yaml value(Event event, int depth) {
      if (depth > LIMIT_DEPTH) {
        throw broken(line(event), "deeper than %d levels".formatted(LIMIT_DEPTH));
      }
      if (event instanceof AliasEvent
          || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
        throw broken(line(event), "an anchor or alias (expected: the value itself, written out)");
      }
      return switch (event) {
        case ScalarEvent scalar when scalar.getTag().isEmpty() ->
            new Scalar(scalar.getValue(), line(event));
        case CollectionStartEvent start when start.getTag().isEmpty() ->
            start.getEventId() == Event.ID.SequenceStart
                ? sequence(start, depth)
                : mapping(start, depth);
        default -> throw broken(line(event), "a tag such as '!!type' (expected: none)");
      };
    }

    private Sequence sequence(Event start, int depth) {
      var items = new ArrayList<Yaml>();
      for (var event = events.next();
          event.getEventId() != Event.ID.SequenceEnd;
          event = events.next()) {
        items.add(value(event, depth + 1));
      }
      return new Sequence(List.copyOf(items), line(start));
    }

    private Mapping mapping(Event start, int depth) {
      var entries = new ArrayList<Map.Entry<Scalar, Yaml>>();
      for (var event = events.next();
          event.getEventId() != Event.ID.MappingEnd;
          event = events.next()) {
        if (!(value(event, depth + 1) instanceof Scalar key)) {
          throw broken(line(event), "a key that is a list or a mapping (expected: a word)");
        }
        entries.add(Map.entry(key, value(events.next(), depth + 1)));
      }
      return new Mapping(List.copyOf(entries), line(start));
    }

    private static int line(Event event) {
      return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
  }
}
