package dev.fovea.cli.dataset;

import dev.fovea.cli.dataset.WorkingCopyCommands.Chosen;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Terminal;
import dev.fovea.dvc.clean.PackCleaning;
import dev.fovea.dvc.pack.PackFiles.PackFile;
import dev.fovea.dvc.transfer.Exploding;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes what was pushed in packs visible to stock {@code dvc}. */
@Command(
    name = "explode",
    description = {
      "Makes loose objects of what 'fovea dataset push --packs' sent, so that stock dvc can pull it.",
      "Packs that are loose as a whole are removed when they are older than the grace period. May be"
          + " run at any time and from any working copy of the remote, and again after it was killed."
    },
    mixinStandardHelpOptions = true)
final class DataExplodeCommand implements Callable<Integer> {
  @Mixin private @Nullable Terminal terminal;

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "a remote of .dvc/config (default: its default)")
  private Optional<String> remote = Optional.empty();

  @Option(
      names = "--grace",
      paramLabel = "DAYS",
      defaultValue = "14",
      description = "keep packs that are younger (default: ${DEFAULT-VALUE} days)")
  private int days;

  /** What is shown as JSON. */
  record Shown(Exploding.Exploded exploded, List<PackFile> removed) {}

  @Override
  public Integer call() throws IOException {
    if (days < 0) {
      throw new InvalidRequest(
          "--grace: %d days (expected: 0 or more)".formatted(days), "give more");
    }
    var at = Objects.requireNonNull(terminal, "picocli sets it");
    var copy = WorkingCopy.around(Path.of(""));
    var clock = Clock.systemUTC();
    try (var from = Chosen.remote(copy, remote)) {
      var exploded = new Exploding(copy, from, at.progress(), clock).explode();
      var removed = new PackCleaning(from, clock).clean(Duration.ofDays(days));
      at.print(new Shown(exploded, removed), text(exploded, removed));
      at.warn(exploded.broken());
      return exploded.broken().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private static String text(Exploding.Exploded exploded, List<PackFile> removed) {
    return "%d files, %s, and %d folders are loose now; %d files of packs removed"
        .formatted(
            exploded.files(), new ByteSize(exploded.bytes()), exploded.folders(), removed.size());
  }
}
