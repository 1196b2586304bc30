package dev.fovea.cli;

import dev.fovea.cli.terminal.ErrorForm;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a CI job leaves behind: a summary in Markdown for people, and {@code name=value} lines for
 * the steps after it. Both are appended, as GitHub wants its files.
 */
record PromoteReport(Optional<Path> summary, Optional<Path> outputs) {
  /** GitHub drops a summary beyond 1 MiB. */
  private static final int MOST_RULES = 200;

  private static final int CELL_CHARS = 400;

  static PromoteReport to(@Nullable Path summary, @Nullable Path outputs) {
    return new PromoteReport(Optional.ofNullable(summary), Optional.ofNullable(outputs));
  }

  /** How a release stands. */
  void release(URI server, Name project, Release release) {
    var url = "%s/%s/releases/%s".formatted(server, project, release.digest());
    append(summary, markdown(release, url));
    append(
        outputs,
        "verdict=%s%nrelease=%s%nurl=%s%n".formatted(verdict(release), release.digest(), url));
  }

  /** Why there is none. */
  void failure(ErrorForm error) {
    append(
        summary,
        "### Fovea: no verdict%n%n%s%n%nNext: %s%n"
            .formatted(cell(error.message()), cell(error.remedy())));
    append(outputs, "verdict=error%nrelease=%nurl=%n".formatted());
  }

  static String markdown(Release release, String url) {
    var text = new StringBuilder();
    var rulings = release.verdict().map(verdict -> verdict.rulings()).orElse(List.of());
    long kept = rulings.stream().filter(r -> r.outcome() == Outcome.PASS).count();
    text.append(
        "### Fovea: %s · %s %d · %d of %d rules passed%n%n"
            .formatted(verdict(release), release.model(), release.number(), kept, rulings.size()));
    text.append(cell(release.reason())).append("\n\n");
    if (!rulings.isEmpty()) {
      text.append("| | rule | wanted | measured (95 %) | on | line |\n|---|---|---|---|---|---|\n");
      rulings.stream()
          .sorted((a, b) -> b.outcome().compareTo(a.outcome()))
          .limit(MOST_RULES)
          .forEach(ruling -> text.append(row(ruling)));
      text.append('\n');
      rulings.stream()
          .filter(ruling -> ruling.curve().isPresent())
          .forEach(ruling -> text.append("- %s%n".formatted(cell(ruling.explanation()))));
      if (rulings.stream().anyMatch(ruling -> ruling.curve().isPresent())) {
        text.append('\n');
      }
    }
    release
        .verdict()
        .flatMap(Verdict::costs)
        .ifPresent(costs -> {
          costs.lines().forEach(line -> text.append("- %s%n".formatted(cell(line.sentence()))));
          costs.notes().forEach(note -> text.append("- (%s)%n".formatted(cell(note))));
          text.append('\n');
        });
    return text.append(
            "Release [`%s`](%s), dataset version `%s`, policy of commit `%s`.%n"
                .formatted(
                    release.digest(), url, release.dataset(), release.policy().abbreviated()))
        .toString();
  }

  private static String row(Ruling ruling) {
    return "| %s | %s | %s | %s | %s | fovea.yaml:%d |%n"
        .formatted(
            ruling.outcome().name().toLowerCase(Locale.ROOT),
            cell(ruling.rule()),
            cell(ruling.wanted()),
            cell(
                "%.4g %s (%.4g to %.4g)"
                    .formatted(ruling.measured(), ruling.unit(), ruling.low(), ruling.high())),
            cell(ruling.on()),
            ruling.line());
  }

  private static String verdict(Release release) {
    return switch (release.state()) {
      case RELEASED -> "passed";
      case REFUSED -> "refused";
      case FAILED -> "error";
      case RUNNING, WAITING -> "waiting";
    };
  }

  /** Text from elsewhere as one cell: no markup, no line ends, no column ends. */
  static String cell(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(CELL_CHARS)
        .forEach(c -> {
          switch (c) {
            case '&' -> shown.append("&amp;");
            case '<' -> shown.append("&lt;");
            case '>' -> shown.append("&gt;");
            case '|', '`', '[', ']', '!', '*', '_', '\\', '#', '@', '~' ->
                shown.append("&#").append(c).append(';');
            default -> shown.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
          }
        });
    return shown.toString();
  }

  private static void append(Optional<Path> file, String text) {
    file.ifPresent(to -> {
      try {
        Files.writeString(to, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException("%s cannot be written".formatted(to), e);
      }
    });
  }
}
