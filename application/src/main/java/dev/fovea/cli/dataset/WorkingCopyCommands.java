package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Table;
import dev.fovea.cli.terminal.Terminal;
import dev.fovea.dvc.exchange.Importing;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remotes;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.transfer.Pushing;
import dev.fovea.dvc.tree.Adding;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.tree.Relinking;
import dev.fovea.dvc.tree.Status;
import dev.fovea.dvc.tree.Unprotecting;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
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
      description = "What differs from its .dvc file, or from what dvc.lock says of it.",
      mixinStandardHelpOptions = true)
  int status(@Mixin Terminal terminal) throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    terminal.warn(copy.doubts());
    var entries = new Status(copy, terminal.progress()).look();
    var table = new Table("PATH", "STATE", "FILES");
    entries.forEach(each ->
        table.row(
            each.path(),
            each.state().name().toLowerCase(Locale.ROOT)
                + (each.cached() ? "" : ", not in the cache")
                + (each.imported() ? ", imported" : "")
                + each.stage().map(", made by the stage %s"::formatted).orElse("")
                + (each.writtenThrough().isEmpty()
                    ? ""
                    : ", %d files wrote into the cache: fovea dataset unprotect %s"
                        .formatted(each.writtenThrough().size(), each.path())),
            each.files()));
    return terminal.print(
        entries, entries.isEmpty() ? "nothing is tracked here" : table.toString().stripTrailing());
  }

  @Command(
      name = "push",
      description = {
        "Sends what the remote lacks, but no imports; stock dvc can pull it.",
        "With --packs, small files of folders go in packs: fast, and found by Fovea at once, but by"
            + " stock dvc only after 'fovea dataset explode'. A .dvc file asks for that by 'meta:"
            + " {fovea: {push: packs}}'."
      },
      mixinStandardHelpOptions = true)
  int push(
      @Mixin Terminal terminal,
      @Mixin Chosen chosen,
      @Option(
              names = "--packs",
              negatable = true,
              description = "small files in packs, or with --no-packs all files loose")
          @Nullable Boolean packs)
      throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var own = chosen.own(copy).stream().filter(Tracked::isPushed).toList();
    terminal.warn(copy.doubts());
    long files = 0;
    long bytes = 0;
    var lines = new ArrayList<String>();
    for (var share : chosen.shares(own).entrySet()) {
      try (var remote = Chosen.remote(copy, share.getKey())) {
        boolean takesPacks = remote.packFiles().isPresent();
        Predicate<Tracked> packed =
            Boolean.TRUE.equals(packs)
                ? _ -> true
                : each -> packs == null && takesPacks && each.wantsPacks();
        var pushed = new Pushing(copy, remote, terminal.progress(), packed).push(share.getValue());
        files += pushed.files();
        bytes += pushed.bytes();
        if (pushed.files() > 0) {
          lines.add(
              "%d files, %s sent to %s"
                  .formatted(pushed.files(), new ByteSize(pushed.bytes()), remote.address()));
        }
      }
    }
    if (own.isEmpty()) {
      lines.add("there is nothing to send: imports are not pushed, nor is what says push: false");
    } else if (lines.isEmpty()) {
      lines.add("everything is there already");
    }
    return terminal.print(new Pushing.Pushed(files, bytes), String.join("\n", lines));
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
    terminal.warn(copy.doubts());
    var own = new ArrayList<Tracked>();
    for (var tracked : wanted) {
      if (!tracked.isImport() && (tracked.isPushed() || copy.hasAllOf(tracked))) {
        own.add(tracked);
      } else if (!tracked.isImport()) {
        terminal.warn(List.of("%s is not shared: it says push: false".formatted(tracked.path())));
      }
    }
    for (var share : chosen.shares(own).entrySet()) {
      try (var remote = Chosen.remote(copy, share.getKey())) {
        var pulling = new Pulling(copy, remote, terminal.progress(), force);
        for (var tracked : share.getValue()) {
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
      @Option(names = "--force", description = "lose what was changed and not added") boolean force,
      @Option(
              names = "--relink",
              description = "make all files what cache.type asks for: links, or files of their own")
          boolean relink)
      throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var lines = new ArrayList<String>();
    terminal.warn(copy.doubts());
    for (var tracked : Chosen.tracked(copy, paths)) {
      var done = new Checkout(copy, terminal.progress(), force).checkout(tracked);
      var line =
          "%s: %d written, %d removed".formatted(tracked.path(), done.written(), done.removed());
      lines.add(
          relink
              ? "%s, %d linked anew"
                  .formatted(line, new Relinking(copy, terminal.progress()).relink(tracked))
              : line);
    }
    return terminal.print(lines, String.join("\n", lines));
  }

  @Command(
      name = "unprotect",
      description = {
        "Makes files that are links into the cache files of their own, to be written to.",
        "Do so before you change them in place; 'fovea dataset add' makes links of them again."
      },
      mixinStandardHelpOptions = true)
  int unprotect(
      @Mixin Terminal terminal, @Parameters(paramLabel = "PATH", arity = "1..*") List<Path> paths)
      throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var all = new ArrayList<Unprotecting.Unprotected>();
    for (var path : paths) {
      all.add(new Unprotecting(copy, terminal.progress()).unprotect(path));
    }
    var lines = new ArrayList<String>();
    for (var each : all) {
      lines.add("%s: %d files are their own now".formatted(each.path(), each.files()));
      each.written()
          .forEach(file ->
              lines.add("  %s holds what was written; see that it was meant".formatted(file)));
      each.damaged()
          .forEach(object ->
              lines.add(
                  "  the object %s had been written to, and is no longer in the cache"
                      .formatted(object)));
    }
    return terminal.print(all, String.join("\n", lines));
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

    /** Which remote has which of them. */
    Map<Optional<String>, List<Tracked>> shares(List<Tracked> tracked) {
      return shares(tracked, remote);
    }

    /**
     * Which remote has which of them, as DVC says it: where one is named, nothing that is shared by
     * another alone is sent there or looked for there.
     */
    static Map<Optional<String>, List<Tracked>> shares(
        List<Tracked> tracked, Optional<String> remote) {
      var shares = new LinkedHashMap<Optional<String>, List<Tracked>>();
      for (var each : tracked) {
        var own = each.remote();
        if (remote.isEmpty() || own.isEmpty() || own.equals(remote)) {
          shares.computeIfAbsent(own.or(() -> remote), _ -> new ArrayList<>()).add(each);
        }
      }
      return shares;
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
