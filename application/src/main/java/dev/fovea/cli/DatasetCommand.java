package dev.fovea.cli;

import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Datasets and their versions. */
@Command(
    name = "dataset",
    description = "Datasets and their versions.",
    mixinStandardHelpOptions = true,
    subcommands = {ConvertCommand.class, QueryCommand.class})
final class DatasetCommand extends WorkingCopyCommands {
  @Command(
      name = "list",
      description = "The newest version of each dataset.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var heads = server.api(Datasets.class).heads(server.project());
    var table = new Table("DATASET", "VERSION", "DIGEST", "COMMIT", "IMAGES", "SIZE", "SPLITS");
    heads.forEach(v ->
        table.row(
            v.dataset(),
            v.number(),
            v.digest().abbreviated(),
            v.commit().abbreviated(),
            v.images(),
            v.bytes(),
            v.splits()));
    return server.print(heads, table);
  }

  @Command(
      name = "log",
      description = "All versions of a dataset, newest first.",
      mixinStandardHelpOptions = true)
  int log(@Mixin Connection server, @Parameters(paramLabel = "DATASET") String dataset) {
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

  @Command(
      name = "diff",
      description = "What changed between two versions (full digests).",
      mixinStandardHelpOptions = true)
  int diff(
      @Mixin Connection server,
      @Parameters(paramLabel = "DATASET") String dataset,
      @Parameters(paramLabel = "FROM") String from,
      @Parameters(paramLabel = "TO") String to) {
    var diff =
        server
            .api(Datasets.class)
            .diff(server.project(), Name.of(dataset), Digest.parse(from), Digest.parse(to));
    var table = new Table("CHANGE", "PATH", "LABEL", "SPLIT");
    diff.added().forEach(s -> table.row("added", s.path(), s.label(), s.split()));
    diff.removed().forEach(s -> table.row("removed", s.path(), s.label(), s.split()));
    diff.relabelled()
        .forEach(r ->
            table.row(
                "relabelled",
                r.after().path(),
                r.before().label() + " -> " + r.after().label(),
                r.after().split()));
    return server.print(diff, table);
  }

  @Command(
      name = "pushes",
      description = "The latest pushes, refused ones too.",
      mixinStandardHelpOptions = true)
  int pushes(@Mixin Connection server) {
    var pushes = server.api(Datasets.class).pushes(server.project());
    var table = new Table("AT", "COMMIT", "BRANCH", "WHO", "RESULT", "FINDINGS");
    pushes.forEach(p ->
        table.row(
            p.at(),
            p.commit().abbreviated(),
            p.branch(),
            p.who(),
            p.accepted() ? "accepted" : "refused",
            p.findings().size()));
    return server.print(pushes, table);
  }
}
