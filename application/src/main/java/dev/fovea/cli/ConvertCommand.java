package dev.fovea.cli;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.convert.Loss;
import dev.fovea.labels.files.DiskFolder;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo;
import dev.fovea.vision.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
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

  /**
   * What came of it.
   *
   * @param findings how many of each kind the reader made
   */
  record Converted(List<Loss> losses, Map<Finding.Kind, Long> findings, List<Finding> first) {}

  @Override
  public Integer call() throws IOException {
    var source = Objects.requireNonNull(dataset, "picocli demands it");
    var place = Objects.requireNonNull(target, "picocli demands it").toAbsolutePath();
    if (!Files.isDirectory(source)) {
      throw new InvalidRequest("%s is no folder".formatted(source), "name the dataset's folder");
    }
    if (Files.exists(place)) {
      throw new InvalidRequest("%s is there already".formatted(place), "name another folder");
    }
    var images = new DiskFolder(source);
    var labels = LabelSource.of(images).with(path -> size(source.resolve(path)));
    // What is half written has another name.
    var fresh = Files.createTempDirectory(place.getParent(), ".convert");
    try {
      var reader = Objects.requireNonNull(from, "picocli demands it").reader(labels, task);
      var writer =
          Objects.requireNonNull(to, "picocli demands it")
              .writer(images, task.orElse(Yolo.Task.DETECT));
      var losses = Conversion.convert(reader, labels, writer, new DiskFolder(fresh));
      Files.move(fresh, place);
      return print(losses.list(), labels);
    } catch (LabelMistake e) {
      throw new InvalidRequest(
          String.valueOf(e.getMessage()), "mend it, or name the format that it is of with --from");
    } finally {
      remove(fresh);
    }
  }

  /** As trainers see it: upright. */
  private static Optional<ImageSize> size(Path image) throws IOException {
    if (!Files.isRegularFile(image)) {
      return Optional.empty();
    }
    return ImageDecoder.withDefaultLimits()
        .header(Files.readAllBytes(image))
        .map(header ->
            header.orientation() > 4
                ? new ImageSize(header.height(), header.width())
                : new ImageSize(header.width(), header.height()));
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

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
