package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.SizeConverter;
import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.history.Holdings;
import dev.fovea.dvc.tree.Deriving;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.yolo.Yolo;
import dev.fovea.query.DatasetQuery;
import dev.fovea.query.LabelledFolder;
import dev.fovea.query.QueryLimits;
import dev.fovea.query.QueryResult;
import dev.fovea.query.SqlText;
import dev.fovea.query.Subset;
import dev.fovea.query.VersionSubset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** SQL over the labels of a dataset: of the folder that one works in, or of a server's version. */
@Command(
    name = "query",
    description = {
      "Selects from a dataset's labels by SQL; --into makes a dataset of the images that it chooses.",
      "Tables: images(path, split, slice, label, width, height, bytes, md5);",
      "  objects(path, split, object, label, kind, x1, y1, x2, y2, width, height, area, occluded,"
          + " truncated, crowd, attributes);",
      "  labels, both joined: class is an object's label, image_width and image_height its image's.",
      "--dataset asks a version of a server, whose manifest knows no width and height of images, no"
          + " traits and no attributes.",
      "Such as: fovea dataset query \"select path from labels where class = 'car' and area < 900\""
    },
    mixinStandardHelpOptions = true)
final class QueryCommand implements Callable<Integer> {
  @Mixin private @Nullable Connection server;

  @Parameters(paramLabel = "SQL", description = "one SELECT statement")
  private String sql = "";

  @Option(
      names = "--in",
      paramLabel = "PATH",
      description = "the folder (default: the only one that is tracked, subsets aside)")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--dataset",
      paramLabel = "NAME[@VERSION]",
      description = "a dataset of a server (default: its newest version)")
  private Optional<String> dataset = Optional.empty();

  @Option(
      names = "--rev",
      paramLabel = "COMMIT",
      description = "as a commit has it (default: as it is now)")
  private Optional<String> revision = Optional.empty();

  @Option(
      names = "--format",
      description = "of the labels: ${COMPLETION-CANDIDATES} (default: the one that is there)")
  private Optional<KnownFormat> format = Optional.empty();

  @Option(
      names = "--task",
      description = "what YOLO's rows are: ${COMPLETION-CANDIDATES} (default: as data.yaml says)")
  private Optional<Yolo.Task> task = Optional.empty();

  @Option(
      names = "--into",
      paramLabel = "FOLDER",
      description = "write the images of the column path, and their labels, as a new dataset")
  private Optional<Path> target = Optional.empty();

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "that has the files of --dataset, for --into (default: the default one)")
  private Optional<String> remote = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "ROWS",
      defaultValue = "1000",
      description = "show so many rows at most (default: ${DEFAULT-VALUE})")
  private long rows;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "end the query after this (default: ${DEFAULT-VALUE} s)")
  private long seconds;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "256MiB",
      converter = SizeConverter.class,
      description = "what the database may use (default: ${DEFAULT-VALUE})")
  private @Nullable ByteSize memory;

  @Option(names = "--csv", description = "rows as CSV")
  private boolean csv;

  @Override
  public Integer call() throws IOException {
    var server = Objects.requireNonNull(this.server, "picocli sets it");
    var statement = SqlText.parse(sql);
    var limits =
        new QueryLimits(
            Duration.ofSeconds(seconds),
            rows,
            Objects.requireNonNull(memory, "picocli sets it").bytes());
    if (dataset.isPresent()) {
      return served(dataset.get(), statement, limits, server);
    }
    if (server.isMeant()) {
      throw server.usage("--server and --project need a --dataset to ask for");
    }
    var copy = WorkingCopy.around(Path.of(""));
    var tracked = chosen(copy);
    if (target.isEmpty()) {
      var labelled = LabelledFolder.of(held(copy, tracked, server), format, task);
      return print(new DatasetQuery(copy, labelled).rows(statement, limits), server);
    }
    try (var draft = new Deriving(copy, server.progress()).begin(target.get())) {
      var held = held(copy, tracked, server);
      requireAdded(held, tracked);
      var labelled = LabelledFolder.of(held, format, task);
      var paths = new DatasetQuery(copy, labelled).paths(statement, limits);
      return print(new Subset(labelled).write(draft, paths, statement), server);
    }
  }

  private int served(String name, SqlText statement, QueryLimits limits, Connection server)
      throws IOException {
    if (folder.isPresent() || revision.isPresent()) {
      throw server.usage("--in and --rev are of a folder here, not of --dataset");
    }
    if (target.isEmpty() && (format.isPresent() || task.isPresent())) {
      throw server.usage("--format and --task of a --dataset are for --into: it has rows already");
    }
    var query = new ServerQuery(server);
    if (target.isEmpty()) {
      return print(query.rows(query.version(name), statement, limits), server);
    }
    var copy = WorkingCopy.around(Path.of(""));
    try (var draft = new Deriving(copy, server.progress()).begin(target.get());
        var remote = WorkingCopyCommands.Chosen.remote(copy, this.remote)) {
      var version = query.version(name);
      var images = query.images(version, statement, limits);
      var meant =
          new VersionSubset.Version(
              "%s@%d".formatted(version.dataset(), version.number()),
              version.digest().toString(),
              version.dvc());
      return printServed(
          new VersionSubset(copy, remote, server.progress())
              .write(draft, meant, images, statement, format, task),
          server);
    }
  }

  private int print(QueryResult result, Connection terminal) {
    var shown = new RowsText(result);
    return terminal.printLocal(shown.json(), csv ? shown.csv() : shown.table());
  }

  private Tracked chosen(WorkingCopy copy) throws IOException {
    if (folder.isPresent()) {
      return copy.tracked(folder.get());
    }
    var all =
        copy.tracked().stream().filter(each -> each.file().isFolder() && !Subset.is(each)).toList();
    var added = all.stream().filter(each -> each.stage().isEmpty()).toList();
    var folders = added.isEmpty() ? all : added; // what a stage made is meant less often
    if (folders.size() != 1) {
      throw new WorkProblem(
          "%d folders are tracked here, and none was named".formatted(folders.size()),
          folders.isEmpty()
              ? "track one: fovea dataset add FOLDER"
              : "name one with --in: "
                  + folders.stream().map(Tracked::path).collect(Collectors.joining(", ")));
    }
    return folders.getFirst();
  }

  private Held held(WorkingCopy copy, Tracked tracked, Connection terminal) throws IOException {
    var holdings = new Holdings(copy, terminal.progress());
    return revision.isPresent() ? holdings.at(tracked, revision.get()) : holdings.now(tracked);
  }

  /** A subset says what it is from: that must be something that others can get. */
  private static void requireAdded(Held held, Tracked tracked) {
    if (!held.cached() && !held.name().equals(tracked.name())) {
      throw new WorkProblem(
          "%s was changed and not added".formatted(tracked.path()),
          "run: fovea dataset add %s, or choose a commit with --rev".formatted(tracked.path()));
    }
  }

  private static int print(Subset.Written written, Connection terminal) {
    return print(written, "git add %s, then fovea dataset push", terminal);
  }

  /** What a server's version gave is not there yet: only its labels were fetched. */
  private static int printServed(Subset.Written written, Connection terminal) {
    return print(
        written,
        "git add %s, then fovea dataset push; its data comes with fovea dataset pull",
        terminal);
  }

  private static int print(Subset.Written written, String next, Connection terminal) {
    var added = written.added();
    var text = new StringBuilder();
    written.losses().forEach(loss -> text.append("lost: %s%n".formatted(loss.text())));
    text.append(
        "%s: %d images, %d files, %s, %s%n  next: %s"
            .formatted(
                added.tracked().path(),
                written.images(),
                added.files(),
                new ByteSize(added.bytes()),
                added.tracked().name(),
                next.formatted(added.tracked().description().getFileName())));
    return terminal.printLocal(written, text.toString());
  }
}
