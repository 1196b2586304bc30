package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Terminal;
import dev.fovea.dvc.merge.MergeDriver;
import dev.fovea.dvc.merge.MergeDriverSettings;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remotes;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.labels.merge.LabelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Git's merge driver for what {@code .dvc} files track. */
@Command(
    name = "merge-driver",
    description = {
      "Merges a .dvc file that both sides of a 'git merge' changed: file by file, and labels object"
          + " by object.",
      "Git runs it once 'fovea dataset merge-driver --install' has been run in a clone."
    },
    mixinStandardHelpOptions = true)
final class MergeDriverCommand implements Callable<Integer> {
  /** How many files Git hands to a driver: {@code %O %A %B %P}. */
  private static final int HANDED = 4;

  private static final String LAUNCHER = "FOVEA_COMMAND";

  @Mixin private @Nullable Terminal terminal;
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--install", description = "tell Git of it, in this clone and .gitattributes")
  private boolean install;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..4",
      description = "the base, ours, theirs, and the path of the .dvc file: %%O %%A %%B %%P")
  private List<Path> handed = List.of();

  /** What came of a merge. */
  record Driven(String path, int looked, List<String> conflicts) {}

  @Override
  public Integer call() throws IOException {
    if (handed.size() != (install ? 0 : HANDED)) {
      throw new ParameterException(
          Objects.requireNonNull(spec, "picocli sets it").commandLine(),
          "%d files (expected: the four of Git, or --install and none)".formatted(handed.size()));
    }
    return install ? install() : drive(handed.getLast());
  }

  private int install() throws IOException {
    var installed = MergeDriverSettings.install(Path.of(""), quoted(System.getenv(LAUNCHER)));
    return Objects.requireNonNull(terminal, "picocli sets it")
        .print(
            installed,
            "Git merges .dvc files by Fovea in this clone now (%s)%n  next: git add %s, and commit it; each other clone needs 'fovea dataset merge-driver --install' once"
                .formatted(installed.config(), installed.attributes().getFileName()));
  }

  private static String quoted(@Nullable String launcher) {
    return launcher == null ? "fovea" : "'" + launcher.replace("'", "'\\''") + "'";
  }

  private int drive(Path path) throws IOException {
    var driver = new MergeDriver(MergeDriverCommand::remote, new LabelFiles(false));
    var merged = driver.run(handed.get(0), handed.get(1), handed.get(2), path);
    var conflicts = merged.conflicts();
    var text =
        conflicts.isEmpty()
            ? "%s: merged, %d files of labels inside%n  next, once Git has merged: fovea dataset checkout"
                .formatted(path, merged.looked())
            : "%s: %d conflicts%n  %s%n  next: keep one part of %s, above ======= (these as ours) or below (these as theirs): all else of both sides is in either; git add it, then: fovea dataset checkout"
                .formatted(path, conflicts.size(), String.join("\n  ", conflicts), path);
    Objects.requireNonNull(terminal, "picocli sets it")
        .print(new Driven(path.toString(), merged.looked(), conflicts), text);
    return conflicts.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static Supplier<Optional<Remote>> remote(WorkingCopy copy) {
    return () ->
        copy.config()
            .defaultRemote()
            .map(name ->
                new Remotes(copy.config(), copy.settings(), System.getenv())
                    .open(Optional.of(name)));
  }
}
