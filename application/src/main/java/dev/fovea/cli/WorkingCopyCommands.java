package dev.fovea.cli;

import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remotes;
import dev.fovea.dvc.work.Adding;
import dev.fovea.dvc.work.Checkout;
import dev.fovea.dvc.work.Cleaning;
import dev.fovea.dvc.work.Importing;
import dev.fovea.dvc.work.Pulling;
import dev.fovea.dvc.work.Pushing;
import dev.fovea.dvc.work.Status;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Datasets in the folder that one works in, beside {@code git} and {@code dvc}; no server is asked.
 */
abstract class WorkingCopyCommands {
  @Command(
      name = "init",
      description = "Makes this folder one that tracks data, as 'dvc init' does.",
      mixinStandardHelpOptions = true)
  int init(@Mixin Terminal terminal) throws IOException {
    var copy = WorkingCopy.init(Path.of(""));
    return terminal.print(
        copy.root().toString(),
        "%s tracks data now%n  next: fovea dataset add FOLDER".formatted(copy.root()));
  }

  @Command(
      name = "add",
      description = "Tracks folders and files as they are now, as 'dvc add' does.",
      mixinStandardHelpOptions = true)
  int add(
      @Mixin Terminal terminal, @Parameters(paramLabel = "PATH", arity = "1..*") List<Path> paths)
      throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var all = new ArrayList<Adding.Added>();
    for (var path : paths) {
      all.add(new Adding(copy, terminal.progress()).add(path));
    }
    var table = new Table("PATH", "CONTENT", "FILES", "SIZE", "");
    all.forEach(each ->
        table.row(
            each.tracked().path(),
            each.tracked().name().substring(0, 12),
            each.files(),
            new ByteSize(each.bytes()),
            each.changed() ? "changed" : "unchanged"));
    return terminal.print(all, table.toString().stripTrailing());
  }

  @Command(
      name = "status",
      description = "What differs from its .dvc file.",
      mixinStandardHelpOptions = true)
  int status(@Mixin Terminal terminal) throws IOException {
    var entries = new Status(WorkingCopy.around(Path.of("")), terminal.progress()).look();
    var table = new Table("PATH", "STATE", "FILES");
    entries.forEach(each ->
        table.row(
            each.path(),
            each.state().name().toLowerCase(Locale.ROOT)
                + (each.cached() ? "" : ", not in the cache")
                + (each.imported() ? ", imported" : ""),
            each.files()));
    return terminal.print(
        entries, entries.isEmpty() ? "nothing is tracked here" : table.toString().stripTrailing());
  }

  @Command(
      name = "push",
      description = "Sends what the remote lacks, but no imports; stock dvc can pull it.",
      mixinStandardHelpOptions = true)
  int push(@Mixin Terminal terminal, @Mixin Chosen chosen) throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var own = chosen.own(copy);
    if (own.isEmpty()) {
      return terminal.print(
          new Pushing.Pushed(0, 0), "there is nothing to send: imports are not pushed");
    }
    try (var remote = chosen.remote(copy)) {
      var pushed = new Pushing(copy, remote, terminal.progress()).push(own);
      return terminal.print(
          pushed,
          pushed.files() == 0
              ? "everything is there already"
              : "%d files, %s sent to %s"
                  .formatted(pushed.files(), new ByteSize(pushed.bytes()), remote.address()));
    }
  }

  @Command(
      name = "pull",
      description = {
        "Gets what the .dvc files say from the remote, and checks it out.",
        "Imports come from the repository that they were imported from."
      },
      mixinStandardHelpOptions = true)
  int pull(
      @Mixin Terminal terminal,
      @Mixin Chosen chosen,
      @Option(names = "--force", description = "lose what was changed and not added") boolean force)
      throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var all = new ArrayList<Pulling.Pulled>();
    var wanted = chosen.withUnpinned(copy);
    var own = wanted.stream().filter(each -> !each.isImport()).toList();
    if (!own.isEmpty()) {
      try (var remote = chosen.remote(copy)) {
        var pulling = new Pulling(copy, remote, terminal.progress(), force);
        for (var tracked : own) {
          all.add(pulling.pull(tracked));
        }
      }
    }
    var importing = new Importing(copy, System.getenv(), terminal.progress());
    for (var tracked : wanted.stream().filter(Tracked::isImport).toList()) {
      all.add(importing.pull(tracked, Path.of("").toAbsolutePath(), force));
    }
    var table = new Table("PATH", "FETCHED", "WRITTEN", "REMOVED");
    all.forEach(each ->
        table.row(
            each.path(), each.files(), each.checkedOut().written(), each.checkedOut().removed()));
    return terminal.print(all, table.toString().stripTrailing());
  }

  @Command(
      name = "checkout",
      description = "Makes folders what their .dvc files say, from the cache.",
      mixinStandardHelpOptions = true)
  int checkout(
      @Mixin Terminal terminal,
      @Parameters(paramLabel = "PATH", arity = "0..*") List<Path> paths,
      @Option(names = "--force", description = "lose what was changed and not added") boolean force)
      throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var lines = new ArrayList<String>();
    for (var tracked : Chosen.tracked(copy, paths)) {
      var done = new Checkout(copy, terminal.progress(), force).checkout(tracked);
      lines.add(
          "%s: %d written, %d removed".formatted(tracked.path(), done.written(), done.removed()));
    }
    return terminal.print(lines, String.join("\n", lines));
  }

  @Command(
      name = "gc",
      description = {
        "Removes from the remote what no commit of any ref needs.",
        "Without --yes it only says what it would remove. Fetch all branches first: what only a"
            + " colleague's unfetched commit needs is not known here."
      },
      mixinStandardHelpOptions = true)
  int gc(
      @Mixin Terminal terminal,
      @Mixin Chosen chosen,
      @Option(
              names = "--grace",
              paramLabel = "DAYS",
              defaultValue = "14",
              description = "keep what is younger (default: ${DEFAULT-VALUE} days)")
          int days,
      @Option(names = "--yes", description = "remove it") boolean yes)
      throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    try (var remote = chosen.remote(copy)) {
      var cleaning = new Cleaning(copy, remote, terminal.progress(), Clock.systemUTC());
      var grace = Duration.ofDays(days);
      var plan = yes ? cleaning.clean(grace) : cleaning.plan(grace);
      var unknown =
          plan.unknown().isEmpty()
              ? ""
              : "%n%d folders that commits name are nowhere, so what they need is not known: %s"
                  .formatted(plan.unknown().size(), String.join(", ", plan.unknown()));
      return terminal.print(
          plan,
          "%s %d objects, %s; %d younger ones and %d that are needed stay%s%s"
              .formatted(
                  yes ? "removed" : "would remove",
                  plan.unneeded().size(),
                  new ByteSize(plan.bytes()),
                  plan.young(),
                  plan.needed(),
                  unknown,
                  yes || plan.unneeded().isEmpty()
                      ? ""
                      : "%n  next: repeat with --yes".formatted()));
    }
  }

  /** Which of them, and where they are shared. */
  static final class Chosen {
    @Parameters(
        paramLabel = "PATH",
        arity = "0..*",
        description = "folders and files (default: all that are tracked)")
    private List<Path> paths = List.of();

    @Option(
        names = {"-r", "--remote"},
        paramLabel = "NAME",
        description = "a remote of .dvc/config (default: its default)")
    private Optional<String> remote = Optional.empty();

    Remote remote(WorkingCopy copy) {
      return remote(copy, remote);
    }

    static Remote remote(WorkingCopy copy, Optional<String> name) {
      return new Remotes(copy.config(), copy.settings(), System.getenv()).open(name);
    }

    List<Tracked> tracked(WorkingCopy copy) throws IOException {
      return tracked(copy, paths);
    }

    /** Without imports, whose objects are shared elsewhere. */
    List<Tracked> own(WorkingCopy copy) throws IOException {
      return own(copy, paths);
    }

    static List<Tracked> own(WorkingCopy copy, List<Path> paths) throws IOException {
      return tracked(copy, paths).stream().filter(each -> !each.isImport()).toList();
    }

    /** With the imports whose content is not known yet. */
    List<Tracked> withUnpinned(WorkingCopy copy) throws IOException {
      var all = new ArrayList<>(tracked(copy));
      if (isEverything(paths)) {
        all.addAll(copy.unpinned());
      }
      return all;
    }

    /** Whether picocli was given none. */
    private static boolean isEverything(List<Path> paths) {
      return paths == null || paths.isEmpty();
    }

    static List<Tracked> tracked(WorkingCopy copy, List<Path> paths) throws IOException {
      if (isEverything(paths)) {
        return copy.tracked();
      }
      var tracked = new ArrayList<Tracked>();
      for (var path : paths) {
        tracked.add(copy.tracked(path));
      }
      return tracked;
    }
  }
}
