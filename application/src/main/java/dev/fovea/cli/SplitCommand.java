package dev.fovea.cli;

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
import java.util.Locale;
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
      "With --check it finds groups that are in several splits (exit code 1)."
    },
    mixinStandardHelpOptions = true)
final class SplitCommand implements Callable<Integer> {
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

  /** What came of it. */
  record Outcome(List<SplitReport.Split> splits, Converted written) {}

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
              return new Splitting(Ratios.parse(ratios), seed, grouping, keep)
                  .split(reader, labels.source(), fresh);
            });
    var written = Converted.of(report.losses(), labels.source());
    return terminal()
        .print(new Outcome(report.splits(), written), text(report) + "\n" + written.text());
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

  private static String text(SplitReport report) {
    var table = new Table("SPLIT", "IMAGES", "SHARE", "ASKED", "BY CHANCE", "GROUPS");
    report
        .splits()
        .forEach(each ->
            table.row(
                each.name(),
                each.images(),
                percent(each.share()),
                percent(each.asked()),
                "± " + percent(each.deviation()),
                each.groups()));
    var lines = new ArrayList<String>();
    lines.add(table.toString().stripTrailing());
    lines.add(classes(report));
    return lines.stream().filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
  }

  private static String classes(SplitReport report) {
    var names = report.splits().getFirst().shares().keySet();
    if (names.isEmpty()) {
      return "";
    }
    var head = new ArrayList<String>();
    head.add("CLASS");
    report.splits().forEach(each -> head.add(each.name().toUpperCase(Locale.ROOT)));
    var table = new Table(head.toArray(String[]::new));
    for (var name : names.stream().limit(SHOWN).toList()) {
      var row = new ArrayList<Object>();
      row.add(name);
      report
          .splits()
          .forEach(each ->
              row.add(
                  "%d (%s)"
                      .formatted(
                          each.objects().getOrDefault(name, 0L),
                          percent(each.shares().getOrDefault(name, 0.0)))));
      table.row(row.toArray());
    }
    int more = names.size() - SHOWN;
    return table.toString().stripTrailing() + (more > 0 ? "\n%d more classes".formatted(more) : "");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
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
