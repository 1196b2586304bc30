package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.Table;
import dev.fovea.datasets.Datasets;
import dev.fovea.dvc.compare.DataLog;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Versions of data: the commits of this folder, or what a server knows of a dataset. */
@Command(
    name = "log",
    description = {
      "The versions of data, newest first.",
      "In a folder that tracks data: the commits that changed it, or that changed PATHs.",
      "Elsewhere, and wherever --project or --server is given: the versions of a server's DATASET."
    },
    mixinStandardHelpOptions = true)
final class DataLogCommand implements Callable<Integer> {
  private static final int SHOWN_DIGITS = 10;

  @Mixin private @Nullable Connection server;

  @Parameters(
      paramLabel = "PATH|DATASET",
      arity = "0..*",
      description = "folders, files or .dvc files; or the name of a server's dataset")
  private List<String> words = List.of();

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      defaultValue = DataLog.NEWEST,
      description = "begin at this commit (default: ${DEFAULT-VALUE})")
  private String revision = DataLog.NEWEST;

  @Option(
      names = {"-n", "--most"},
      paramLabel = "COMMITS",
      defaultValue = "50",
      description = "show at most so many commits (default: ${DEFAULT-VALUE})")
  private int most;

  @Override
  public Integer call() throws IOException {
    var connection = Objects.requireNonNull(server, "picocli sets it");
    if (most < 1) {
      throw connection.usage("--most: %d (expected: 1 or more)".formatted(most));
    }
    var copy = connection.isMeant() ? Optional.<WorkingCopy>empty() : WorkingCopy.find(Path.of(""));
    if (copy.isPresent()) {
      return local(copy.get(), connection);
    }
    if (words.size() != 1) {
      throw connection.usage(
          "which dataset? (expected: one name; or PATHs, in a folder that tracks data)");
    }
    return ofServer(connection, words.getFirst());
  }

  private int local(WorkingCopy copy, Connection terminal) throws IOException {
    var entries = new DataLog(copy).read(words.stream().map(Path::of).toList(), revision, most);
    var table = new Table("COMMIT", "AT", "AUTHOR", "PATH", "FILES", "SIZE", "CHANGES", "MESSAGE");
    for (var entry : entries) {
      for (var version : entry.versions()) {
        table.row(
            entry.commit().substring(0, SHOWN_DIGITS),
            entry.at(),
            entry.author(),
            version.path(),
            version.files().isPresent() ? version.files().getAsLong() : "",
            version.bytes().isPresent() ? new ByteSize(version.bytes().getAsLong()) : "",
            changes(version),
            entry.message());
      }
    }
    return terminal.printLocal(
        entries,
        entries.isEmpty() ? "no commit changed what is tracked" : table.toString().stripTrailing());
  }

  private static String changes(DataLog.Version version) {
    if (version.fault().isPresent()) {
      return version.fault().get();
    }
    if (!version.tracked()) {
      return "no longer tracked";
    }
    return version
        .changes()
        .map(of ->
            "+%d -%d ~%d%s"
                .formatted(
                    of.added(),
                    of.deleted(),
                    of.modified(),
                    of.renamed() == 0 ? "" : " moved " + of.renamed()))
        .orElse("not in the cache");
  }

  private static int ofServer(Connection server, String dataset) {
    var versions = server.api(Datasets.class).versions(server.project(), Name.of(dataset));
    var table =
        new Table("VERSION", "DIGEST", "COMMIT", "ADDED", "REMOVED", "RELABELLED", "AUTHOR", "AT");
    versions.forEach(v ->
        table.row(
            v.number(),
            v.digest().abbreviated(),
            v.commit().abbreviated(),
            v.added(),
            v.removed(),
            v.relabelled(),
            v.author(),
            v.at()));
    return server.print(versions, table);
  }
}
