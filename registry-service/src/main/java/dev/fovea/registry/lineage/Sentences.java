package dev.fovea.registry.lineage;

import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Arrows as a person would say them. */
final class Sentences {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
  private static final Pattern OWN_VERB = Pattern.compile("(?:is|was|were|has|had|came) .*");

  private Sentences() {}

  /**
   * One sentence an arrow, but one for all frames that stand in the same place; the day is said
   * where it is not that of the first. Times are UTC.
   */
  static List<String> of(List<LineageLinked> arrows) {
    if (arrows.isEmpty()) {
      return List.of();
    }
    var first = day(arrows.getFirst());
    return arrows.stream()
        .collect(Collectors.groupingBy(Sentences::place, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(alike -> sentence(alike, first))
        .toList();
  }

  /**
   * What an arrow says, with every frame taken for any other: a batch of a hundred is one thing to
   * say.
   */
  private static List<Object> place(LineageLinked arrow) {
    return List.of(side(arrow.from()), arrow.verb(), side(arrow.to()));
  }

  private static Object side(LineageNode node) {
    return node.kind() == LineageNode.Kind.FRAME ? LineageNode.Kind.FRAME : node.digest();
  }

  private static String sentence(List<LineageLinked> alike, LocalDate today) {
    var arrow = alike.getFirst();
    var at = arrow.at().atOffset(ZoneOffset.UTC);
    var on = day(arrow).equals(today) ? "" : " on " + DAY.format(at);
    var to = named(alike, LineageLinked::to);
    var from = named(alike, LineageLinked::from);
    var was = OWN_VERB.matcher(arrow.verb()).matches() ? "" : to.many() ? "were " : "was ";
    return "%s %s%s %s%s at %s."
        .formatted(to.words(), was, arrow.verb(), from.words(), on, TIME.format(at));
  }

  /** How one side of the arrows is called. */
  private record Named(String words, boolean many) {}

  private static Named named(List<LineageLinked> alike, Function<LineageLinked, LineageNode> side) {
    var nodes = alike.stream().map(side).distinct().toList();
    return nodes.size() == 1
        ? new Named(nodes.getFirst().label(), false)
        : new Named("%d frames".formatted(nodes.size()), true);
  }

  private static LocalDate day(LineageLinked arrow) {
    return arrow.at().atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
