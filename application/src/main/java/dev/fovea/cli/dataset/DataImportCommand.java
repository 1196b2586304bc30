package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Terminal;
import dev.fovea.dvc.exchange.Importing;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
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

/** Data that another Git repository tracks, brought here. */
@Command(
    name = "import",
    description = {
      "Brings a folder or a file that another Git repository tracks with DVC, as 'dvc import'"
          + " does.",
      "The .dvc file says where it came from, and at which commit; 'dvc update' brings a newer one."
    },
    mixinStandardHelpOptions = true)
final class DataImportCommand implements Callable<Integer> {
  @Mixin private @Nullable Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "the other repository: a folder, or a file, http or https URL")
  private String url = "";

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      description = "what it tracks, or a part of that, from its root")
  private String path = "";

  @Option(
      names = {"-o", "--out"},
      paramLabel = "PATH",
      description = "where it goes (default: the last name of PATH, here)")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      description = "a branch, a tag or a commit of the other repository (default: its newest)")
  private Optional<String> revision = Optional.empty();

  @Option(names = "--no-download", description = "write the .dvc file alone; 'pull' gets the data")
  private boolean later;

  @Override
  public Integer call() throws IOException {
    var shown = Objects.requireNonNull(terminal, "picocli sets it");
    var copy = WorkingCopy.around(Path.of(""));
    var importing = new Importing(copy, System.getenv(), shown.progress());
    var imported =
        importing.bring(
            new Importing.Wish(url, path, out, revision, !later), Path.of("").toAbsolutePath());
    return shown.print(
        imported,
        later
            ? "%s will be what commit %s has%n  next: fovea dataset pull %s"
                .formatted(imported.path(), imported.commit(), imported.path())
            : "%s: %d files, %s, of commit %s"
                .formatted(
                    imported.path(),
                    imported.files(),
                    new ByteSize(imported.bytes()),
                    imported.commit()));
  }
}
