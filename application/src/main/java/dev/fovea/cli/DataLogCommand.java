package dev.fovea.cli;

import dev.fovea.datasets.Datasets;
import dev.fovea.dvc.work.DataLog;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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
      "Without a word, or with a path, the commits of this folder's Git repository that changed"
          + " what is tracked. A word that is no path here (it has no '/', and no .dvc file is of"
          + " that name), or any with --server or --project, is a dataset of a server."
    },
    mixinStandardHelpOptions = true)
final class DataLogCommand implements Callable<Integer> {
  private static final int SHOWN_DIGITS = 10;

  @Mixin private @Nullable Connection server;

  @Parameters(
      paramLabel = "PATH|DATASET",
      arity = "0..*",
      description = "folders, files or .dvc files of this folder; or one dataset of a server")
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
    if (connection.isMeant() || words.size() == 1 && !isPath(words.getFirst())) {
      if (words.size() != 1) {
        throw connection.usage("which dataset? (expected: one name)");
      }
      return ofServer(connection, words.getFirst());
    }
    return local(connection);
  }

  private static boolean isPath(String word) {
    return word.contains("/") || word.equals(".") || WorkingCopy.isTracked(Path.of(word));
  }

  private int local(Connection terminal) throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var entries =
        new DataLog(copy).read(words.stream().map(Path::of).toList(), revision, most);
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
            version.tracked() ? changes(version) : "no longer tracked",
            entry.message());
      }
    }
    return terminal.printLocal(
        entries,
        entries.isEmpty() ? "no commit changed it" : table.toString().stripTrailing());
  }

  private static String changes(DataLog.Version version) {
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
