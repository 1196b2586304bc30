package dev.fovea.cli;

import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.convert.Loss;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Labels of one format, written in another. */
@Command(
    name = "convert",
    description = "Writes labels in another format, and says what that cannot hold.",
    mixinStandardHelpOptions = true)
final class ConvertCommand implements Callable<Integer> {
  private static final int SHOWN = 10;

  @Mixin private @Nullable Terminal terminal;

  @Option(names = "--from", required = true, description = "one of: ${COMPLETION-CANDIDATES}")
  private LabelsOnDisk.@Nullable Format from;

  @Option(names = "--to", required = true, description = "one of: ${COMPLETION-CANDIDATES}")
  private LabelsOnDisk.@Nullable Format to;

  @Option(
      names = "--task",
      description = "what YOLO's rows are: ${COMPLETION-CANDIDATES} (default: as data.yaml says)")
  private Optional<Yolo.Task> task = Optional.empty();

  @Parameters(paramLabel = "DATASET", description = "the folder with the labels and images")
  private @Nullable Path dataset;

  @Parameters(paramLabel = "TARGET", description = "a folder that is not there yet")
  private @Nullable Path target;

  /**
   * What came of it.
   *
   * @param findings how many of each kind the reader made
   */
  record Converted(List<Loss> losses, Map<Finding.Kind, Long> findings, List<Finding> first) {}

  @Override
  public Integer call() throws IOException {
    var labels = new LabelsOnDisk(Objects.requireNonNull(dataset, "picocli demands it"));
    var losses =
        LabelsOnDisk.write(
            Objects.requireNonNull(target, "picocli demands it"),
            "mend it, or name the format that it is of with --from",
            fresh ->
                Conversion.convert(
                    labels.reader(Objects.requireNonNull(from, "picocli demands it"), task),
                    labels.source(),
                    labels.writer(
                        Objects.requireNonNull(to, "picocli demands it"),
                        task.orElse(Yolo.Task.DETECT)),
                    fresh));
    return print(losses.list(), labels.source());
  }

  private int print(List<Loss> losses, LabelSource labels) {
    var findings = labels.findings();
    var first = findings.kept().subList(0, Math.min(SHOWN, findings.kept().size()));
    var text = new StringBuilder();
    losses.forEach(loss -> text.append("lost: ").append(loss.text()).append('\n'));
    first.forEach(
        each -> text.append("%s:%d: %s%n".formatted(each.file(), each.line(), each.text())));
    var counts =
        findings.counts().entrySet().stream()
            .map(each ->
                "%d %s".formatted(each.getValue(), each.getKey().name().toLowerCase(Locale.ROOT)))
            .sorted()
            .collect(Collectors.joining(", "));
    text.append(
        losses.isEmpty()
            ? "nothing was lost"
            : "%d kinds of things were lost".formatted(losses.size()));
    text.append(counts.isEmpty() ? "" : "; found in the source: " + counts);
    return Objects.requireNonNull(terminal, "picocli sets it")
        .print(new Converted(losses, findings.counts(), first), text.toString());
  }
}
