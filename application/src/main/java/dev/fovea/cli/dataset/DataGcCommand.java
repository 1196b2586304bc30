package dev.fovea.cli.dataset;

import dev.fovea.cli.dataset.WorkingCopyCommands.Chosen;
import dev.fovea.cli.terminal.Terminal;
import dev.fovea.dvc.clean.CacheCleaning;
import dev.fovea.dvc.clean.Cleaning;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes objects that nobody needs. */
@Command(
    name = "gc",
    description = {
      "Removes from the remote, or from the cache of this machine, what no commit of any ref needs.",
      "Without --yes it only says what it would remove. Fetch all branches first: what only a"
          + " colleague's unfetched commit needs is not known here.",
      "Of the cache, what files are links to stays, too. Let no stock dvc work on it meanwhile."
    },
    mixinStandardHelpOptions = true)
final class DataGcCommand implements Callable<Integer> {
  @Mixin private @Nullable Terminal terminal;

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "a remote of .dvc/config (default: its default)")
  private Optional<String> remote = Optional.empty();

  @Option(names = "--cache", description = "of the cache of this machine, not of a remote")
  private boolean cache;

  @Option(
      names = "--project",
      paramLabel = "FOLDER",
      description = "another working copy that uses the same cache; may be repeated")
  private List<Path> projects = List.of();

  @Option(
      names = "--sole",
      description = "no other working copy uses a cache that lies outside of this one")
  private boolean sole;

  @Option(
      names = "--grace",
      paramLabel = "DAYS",
      defaultValue = "14",
      description = "keep what is younger (default: ${DEFAULT-VALUE} days)")
  private int days;

  @Option(names = "--yes", description = "remove it")
  private boolean yes;

  @Override
  public Integer call() throws IOException {
    if (cache && remote.isPresent()) {
      throw new InvalidRequest("--cache and --remote exclude each other", "give one of them");
    }
    if (!cache && (sole || !projects.isEmpty())) {
      throw new InvalidRequest("--project and --sole are of --cache", "give --cache");
    }
    if (days < 0) {
      throw new InvalidRequest(
          "--grace: %d days (expected: 0 or more)".formatted(days), "give more");
    }
    var copy = WorkingCopy.around(Path.of(""));
    var grace = Duration.ofDays(days);
    return cache ? cleanCache(copy, grace) : cleanRemote(copy, grace);
  }

  private int cleanCache(WorkingCopy copy, Duration grace) throws IOException {
    var others = new ArrayList<WorkingCopy>();
    for (var project : projects) {
      others.add(WorkingCopy.around(project));
    }
    var at = terminal();
    var cleaning = new CacheCleaning(copy, others, sole, at.progress(), Clock.systemUTC());
    return print(yes ? cleaning.clean(grace) : cleaning.plan(grace));
  }

  private int cleanRemote(WorkingCopy copy, Duration grace) throws IOException {
    try (var from = Chosen.remote(copy, remote)) {
      var cleaning = new Cleaning(copy, from, terminal().progress(), Clock.systemUTC());
      return print(yes ? cleaning.clean(grace) : cleaning.plan(grace));
    }
  }

  private Terminal terminal() {
    return Objects.requireNonNull(terminal, "picocli sets it");
  }

  private int print(Cleaning.Plan plan) {
    var unknown =
        plan.unknown().isEmpty()
            ? ""
            : "%n%d folders that commits name are nowhere, so what they need is not known: %s"
                .formatted(plan.unknown().size(), String.join(", ", plan.unknown()));
    return terminal()
        .print(
            plan,
            "%s %d objects%s, %s; %d younger ones and %d that are needed stay%s%s"
                .formatted(
                    yes ? "removed" : "would remove",
                    plan.unneeded().size(),
                    plan.packs().isEmpty()
                        ? ""
                        : " and %d files of packs".formatted(plan.packs().size()),
                    new ByteSize(plan.bytes()),
                    plan.young(),
                    plan.needed(),
                    unknown,
                    yes || plan.unneeded().isEmpty() && plan.packs().isEmpty()
                        ? ""
                        : "%n  next: repeat with --yes".formatted()));
  }
}
