package dev.fovea.cli.labels;

import dev.fovea.labels.convert.Loss;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.LabelSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of labels that were read and written.
 *
 * @param losses what the target could not hold
 * @param findings how many of each kind the reader made
 * @param first of these findings, at most ten
 */
record Converted(List<Loss> losses, Map<Finding.Kind, Long> findings, List<Finding> first) {
  private static final int SHOWN = 10;

  static Converted of(List<Loss> losses, LabelSource source) {
    var findings = source.findings();
    return new Converted(
        losses,
        findings.counts(),
        findings.kept().subList(0, Math.min(SHOWN, findings.kept().size())));
  }

  /** As a person reads it. */
  String text() {
    var text = new StringBuilder();
    losses.forEach(loss -> text.append("lost: ").append(loss.text()).append('\n'));
    first.forEach(
        each -> text.append("%s:%d: %s%n".formatted(each.file(), each.line(), each.text())));
    var counts =
        findings.entrySet().stream()
            .map(each ->
                "%d %s".formatted(each.getValue(), each.getKey().name().toLowerCase(Locale.ROOT)))
            .sorted()
            .collect(Collectors.joining(", "));
    text.append(
        losses.isEmpty()
            ? "nothing was lost"
            : "%d kinds of things were lost".formatted(losses.size()));
    return text.append(counts.isEmpty() ? "" : "; found in the source: " + counts).toString();
  }
}
