package dev.fovea.cli.labels;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Terminal;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.split.Leaks;
import dev.fovea.labels.split.Ratios;
import dev.fovea.labels.split.SplitReport;
import dev.fovea.labels.split.Splitting;
import dev.fovea.labels.yolo.Yolo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** Splits of a dataset that no group leaks through. */
@Command(
    name = "split",
    description = {
      "Gives every image a split by the hash of its group: no group in two splits, the same on"
          + " every machine, and images that are added move none.",
      "With --balance class each split has its share of every class's objects, as near as groups"
          + " allow: the same in any order of files, but images that are added may move others,"
          + " unless --keep is given.",
      "With --check it finds groups that are in several splits (exit code 1)."
    },
    mixinStandardHelpOptions = true)
public final class SplitCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  @Mixin private @Nullable Terminal terminal;
  @Mixin private @Nullable GroupedBy groupedBy;

  @Option(names = "--format", required = true, description = "one of: ${COMPLETION-CANDIDATES}")
  private @Nullable KnownFormat format;

  @Option(
      names = "--task",
      description = "what YOLO's rows are: ${COMPLETION-CANDIDATES} (default: as data.yaml says)")
  private Optional<Yolo.Task> task = Optional.empty();

  @Option(
      names = "--ratios",
      paramLabel = "SPLIT=SHARE,…",
      defaultValue = "train=0.8,val=0.1,test=0.1",
      description = "how large each is to be (default: ${DEFAULT-VALUE})")
  private String ratios = "";

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "any text; another one gives another split (default: ${DEFAULT-VALUE})")
  private String seed = "";

  @Option(
      names = "--balance",
      paramLabel = "WHAT",
      description = "what every split is to have its share of: ${COMPLETION-CANDIDATES}")
  private Optional<Balance> balance = Optional.empty();

  @Option(
      names = "--keep",
      description = "images that are in one of the splits stay there, and their groups with them")
  private boolean keep;

  @Option(names = "--check", description = "write nothing, look for groups in several splits")
  private boolean check;

  @Parameters(
      index = "0",
      paramLabel = "DATASET",
      description = "the folder with the labels and images")
  private @Nullable Path dataset;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TARGET",
      description = "a folder that is not there yet")
  private @Nullable Path target;

  /** What splits may have equally. */
  enum Balance {
    CLASS
  }

  /** What came of it. */
  record Outcome(
      List<SplitReport.Split> splits, Map<String, Integer> unbalanced, Converted written) {}

  @Override
  public Integer call() throws IOException {
    var folder = Objects.requireNonNull(dataset, "picocli demands it");
    var labels = new LabelsOnDisk(folder);
    if (check) {
      return check(folder, labels);
    }
    if (target == null) {
      throw new InvalidRequest(
          "no folder was named for the result", "name one that is not there yet, or --check");
    }
    var report =
        LabelsOnDisk.write(
            target,
            "mend it, or name the format that it is of with --format",
            fresh -> {
              var reader = labels.reader(format(), task);
              var grouping = groups().grouping(folder, reader, labels.source());
              var splitting = new Splitting(Ratios.parse(ratios), seed, grouping, keep);
              return (balance.isPresent() ? splitting.balanced() : splitting)
                  .split(reader, labels.source(), fresh);
            });
    var written = Converted.of(report.losses(), labels.source());
    return terminal()
        .print(
            new Outcome(report.splits(), report.unbalanced(), written),
            SplitTables.text(report) + "\n" + written.text());
  }

  private int check(Path folder, LabelsOnDisk labels) throws IOException {
    if (!groups().isSaid()) {
      throw new InvalidRequest(
          "--check knows no groups",
          "say what belongs together: --group, --group-level, --group-column or --group-alike");
    }
    try {
      var reader = labels.reader(format(), task);
      var grouping = groups().grouping(folder, reader, labels.source());
      var leaks = Leaks.of(reader, labels.source(), grouping);
      terminal().print(leaks, text(leaks));
      return leaks.count() == 0 ? ExitCode.OK : ExitCode.FAILED;
    } catch (LabelMistake e) {
      throw new InvalidRequest(
          String.valueOf(e.getMessage()),
          "mend it, or name the format that it is of with --format");
    }
  }

  private KnownFormat format() {
    return Objects.requireNonNull(format, "picocli demands it");
  }

  private GroupedBy groups() {
    return Objects.requireNonNull(groupedBy, "picocli sets it");
  }

  private Terminal terminal() {
    return Objects.requireNonNull(terminal, "picocli sets it");
  }

  private static String text(Leaks leaks) {
    var unsplit =
        leaks.unsplit() == 0 ? "" : "; %d images are in no split".formatted(leaks.unsplit());
    if (leaks.count() == 0) {
      return "%d groups, none in two splits%s".formatted(leaks.groups(), unsplit);
    }
    List<String> lines = new ArrayList<>();
    leaks.found().stream()
        .limit(SHOWN)
        .forEach(leak ->
            lines.add(
                "%s: %s"
                    .formatted(
                        leak.group(),
                        leak.examples().entrySet().stream()
                            .map(each -> "%s in %s".formatted(each.getValue(), each.getKey()))
                            .collect(Collectors.joining(", ")))));
    lines.add(
        "%d of %d groups are in several splits%s%n  next: split anew, or move their images"
            .formatted(leaks.count(), leaks.groups(), unsplit));
    return String.join("\n", lines);
  }
}
