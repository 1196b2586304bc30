package dev.fovea.registry.lineage;

import dev.fovea.kernel.LineageLinked;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Arrows as a person would say them. */
final class Sentences {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
  private static final Pattern OWN_VERB = Pattern.compile("(?:is|was|were|has|had|came) .*");

  private Sentences() {}

  /** One sentence an arrow; the day is said where it is not that of the first. Times are UTC. */
  static List<String> of(List<LineageLinked> arrows) {
    if (arrows.isEmpty()) {
      return List.of();
    }
    var first = day(arrows.getFirst());
    return arrows.stream().map(arrow -> sentence(arrow, first)).distinct().toList();
  }

  private static String sentence(LineageLinked arrow, LocalDate today) {
    var at = arrow.at().atOffset(ZoneOffset.UTC);
    var on = day(arrow).equals(today) ? "" : " on " + DAY.format(at);
    var was = OWN_VERB.matcher(arrow.verb()).matches() ? "" : "was ";
    return "%s %s%s %s%s at %s."
        .formatted(
            arrow.to().label(), was, arrow.verb(), arrow.from().label(), on, TIME.format(at));
  }

  private static LocalDate day(LineageLinked arrow) {
    return arrow.at().atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
