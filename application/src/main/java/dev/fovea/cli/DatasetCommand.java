package dev.fovea.cli;

import dev.fovea.datasets.Datasets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Datasets and their versions. */
@Command(
    name = "dataset",
    description = "Datasets and their versions.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ConvertCommand.class,
      DataLogCommand.class,
      DataDiffCommand.class,
      DataImportCommand.class,
      DataExportCommand.class
    })
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
