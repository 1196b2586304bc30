package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Terminal;
import dev.fovea.dvc.exchange.Exporting;
import dev.fovea.dvc.exchange.Importing;
import dev.fovea.dvc.remote.Remotes;
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

/** The files of a version, for those who have neither Git nor DVC. */
@Command(
    name = "export",
    description = {
      "Writes the files of a version into a folder outside of the repository, each checked.",
      "The folder is there whole or not at all. No .dvc files are written."
    },
    mixinStandardHelpOptions = true)
final class DataExportCommand implements Callable<Integer> {
  @Mixin private @Nullable Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "PATH",
      description = "what is tracked, a part of that, or a folder around some")
  private Path path = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "a folder, new or empty")
  private Path target = Path.of("");

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      description = "a commit of this repository (default: what lies in the folder now)")
  private Optional<String> revision = Optional.empty();

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "where objects come from that the cache lacks (default: its default)")
  private Optional<String> remote = Optional.empty();

  @Option(names = "--force", description = "lose what is in TARGET")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    var shown = Objects.requireNonNull(terminal, "picocli sets it");
    var copy = WorkingCopy.around(Path.of(""));
    var environment = System.getenv();
    var exporting =
        new Exporting(
            copy,
            own ->
                new Remotes(copy.config(), copy.settings(), environment).open(remote.or(() -> own)),
            new Importing(copy, environment, shown.progress()),
            shown.progress());
    var exported = exporting.export(path, revision, target, force, Path.of("").toAbsolutePath());
    return shown.print(
        exported,
        "%d files, %s, in %s"
            .formatted(exported.files(), new ByteSize(exported.bytes()), exported.target()));
  }
}
