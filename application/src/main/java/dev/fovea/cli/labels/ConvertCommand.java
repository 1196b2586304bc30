package dev.fovea.cli.labels;

import dev.fovea.cli.terminal.Terminal;
import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.yolo.Yolo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
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
public final class ConvertCommand implements Callable<Integer> {
  @Mixin private @Nullable Terminal terminal;

  @Option(names = "--from", required = true, description = "one of: ${COMPLETION-CANDIDATES}")
  private @Nullable KnownFormat from;

  @Option(names = "--to", required = true, description = "one of: ${COMPLETION-CANDIDATES}")
  private @Nullable KnownFormat to;

  @Option(
      names = "--task",
      description = "what YOLO's rows are: ${COMPLETION-CANDIDATES} (default: as data.yaml says)")
  private Optional<Yolo.Task> task = Optional.empty();

  @Parameters(paramLabel = "DATASET", description = "the folder with the labels and images")
  private @Nullable Path dataset;

  @Parameters(paramLabel = "TARGET", description = "a folder that is not there yet")
  private @Nullable Path target;

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
    var converted = Converted.of(losses.list(), labels.source());
    return Objects.requireNonNull(terminal, "picocli sets it").print(converted, converted.text());
  }
}
