package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.datasets.DatasetDiff;
import dev.fovea.datasets.Datasets;
import dev.fovea.dvc.compare.Change;
import dev.fovea.dvc.compare.Comparing;
import dev.fovea.dvc.compare.Difference;
import dev.fovea.dvc.remote.Remotes;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What differs between two versions: of this folder's data, or of a server's dataset. */
@Command(
    name = "diff",
    description = {
      "Which files differ between two versions of data.",
      "In a folder that tracks data, [A [B]] [PATH...]: HEAD and the working tree; A and the"
          + " working tree; or A and B. They are commits as Git writes them; write ./NAME for a"
          + " path that is also a commit's name. Fails where a .dvc file that is needed can't be"
          + " read.",
      "Elsewhere, and wherever --project or --server is given, DATASET FROM TO: two versions of a"
          + " server's dataset, by their full digests (sha256:...)."
    },
    mixinStandardHelpOptions = true)
final class DataDiffCommand implements Callable<Integer> {
  private static final int SERVERS_WORDS = 3;

  @Mixin private @Nullable Connection server;

  @Parameters(paramLabel = "A B PATH", arity = "0..*", description = "see above")
  private List<String> words = List.of();

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "where folders' objects come from that the cache lacks (default: its default)")
  private Optional<String> remote = Optional.empty();

  /** What is shown as JSON. */
  record Shown(Difference difference, Map<String, Difference.Total> totals) {}

  @Override
  public Integer call() throws IOException {
    var connection = Objects.requireNonNull(server, "picocli sets it");
    var copy = connection.isMeant() ? Optional.<WorkingCopy>empty() : WorkingCopy.find(Path.of(""));
    if (copy.isPresent()) {
      return local(copy.get(), connection);
    }
    boolean versions =
        words.size() == SERVERS_WORDS && words.stream().skip(1).allMatch(DataDiffCommand::isDigest);
    if (!versions) {
      throw connection.usage(
          "expected: DATASET FROM TO, with two full digests (sha256:...); or commits and PATHs, in"
              + " a folder that tracks data");
    }
    return ofServer(connection);
  }

  private static boolean isDigest(String word) {
    return word.matches("sha256:[0-9a-f]{64}");
  }

  private int local(WorkingCopy copy, Connection terminal) throws IOException {
    var comparing =
        new Comparing(
            copy,
            own ->
                new Remotes(copy.config(), copy.settings(), System.getenv())
                    .open(remote.or(() -> own)),
            terminal.progress());
    var found = comparing.compare(comparing.question(Path.of("").toAbsolutePath(), words));
    var table = new Table("CHANGE", "PATH", "SIZE");
    for (var change : found.changes()) {
      table.row(
          change.kind().name().toLowerCase(Locale.ROOT),
          change.from().map(from -> from + " -> " + change.path()).orElse(change.path()),
          size(change));
    }
    terminal.printLocal(
        new Shown(found, totals(found)),
        found.changes().isEmpty()
            ? "no file differs between %s and %s".formatted(found.from(), found.to())
            : table + summary(found));
    for (var unreadable : found.unreadable()) {
      terminal
          .err()
          .println(
              "not compared: %s can't be read in %s: %s"
                  .formatted(unreadable.path(), unreadable.commit(), unreadable.why()));
    }
    return found.unreadable().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String size(Change change) {
    if (change.kind() == Change.Kind.MODIFIED) {
      return size(change.bytesBefore()) + " -> " + size(change.bytesAfter());
    }
    return size(change.kind() == Change.Kind.DELETED ? change.bytesBefore() : change.bytesAfter());
  }

  private static String size(OptionalLong bytes) {
    return bytes.isPresent() ? new ByteSize(bytes.getAsLong()).toString() : "?";
  }

  private static Map<String, Difference.Total> totals(Difference found) {
    var totals = new TreeMap<String, Difference.Total>();
    for (var kind : Change.Kind.values()) {
      totals.put(kind.name().toLowerCase(Locale.ROOT), found.total(kind));
    }
    return totals;
  }

  private static String summary(Difference found) {
    return Arrays.stream(Change.Kind.values())
        .filter(kind -> found.total(kind).files() > 0)
        .map(kind ->
            "%d %s (%s)"
                .formatted(
                    found.total(kind).files(),
                    kind.name().toLowerCase(Locale.ROOT),
                    new ByteSize(found.total(kind).bytes())))
        .collect(
            Collectors.joining(", ", "", " between %s and %s".formatted(found.from(), found.to())));
  }

  private int ofServer(Connection connection) {
    var diff =
        connection
            .api(Datasets.class)
            .diff(
                connection.project(),
                Name.of(words.get(0)),
                Digest.parse(words.get(1)),
                Digest.parse(words.get(2)));
    return connection.print(diff, table(diff));
  }

  static Table table(DatasetDiff diff) {
    var table = new Table("CHANGE", "PATH", "LABEL", "SPLIT");
    diff.added().forEach(s -> table.row("added", s.path(), s.words(), s.split()));
    addRest(table, "added", diff.total().added() - diff.added().size());
    diff.removed().forEach(s -> table.row("removed", s.path(), s.words(), s.split()));
    addRest(table, "removed", diff.total().removed() - diff.removed().size());
    diff.relabelled()
        .forEach(r -> table.row("relabelled", r.after().path(), r.words(), r.after().split()));
    addRest(table, "relabelled", diff.total().relabelled() - diff.relabelled().size());
    return table;
  }

  private static void addRest(Table table, String change, int more) {
    if (more > 0) {
      table.row(change, "and %d more".formatted(more), "", "");
    }
  }
}
