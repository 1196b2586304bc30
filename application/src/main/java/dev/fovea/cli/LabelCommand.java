package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.Table;
import dev.fovea.datasets.Annotation;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Annotation batches. */
@Command(
    name = "label",
    description = "Batches of frames that wait for a label.",
    mixinStandardHelpOptions = true)
final class LabelCommand {
  @Command(
      name = "list",
      description = "All batches, newest first.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Connection server) {
    var batches = server.api(Annotation.class).batches(server.project());
    var table = new Table("BATCH", "DATASET", "MODEL", "LABELLED", "BECAME");
    batches.forEach(b ->
        table.row(
            b.digest().abbreviated(),
            b.dataset(),
            b.model(),
            b.labelled() + " of " + b.items(),
            b.version().map(Digest::abbreviated).orElse("-")));
    return server.print(batches, table);
  }

  @Command(
      name = "select",
      description = "Chooses the frames most worth labelling.",
      mixinStandardHelpOptions = true)
  int select(
      @Mixin Connection server,
      @Parameters(paramLabel = "DATASET") String dataset,
      @Parameters(paramLabel = "MODEL") String model,
      @Option(
              names = "--budget",
              defaultValue = "100",
              description = "how many at most (default: ${DEFAULT-VALUE})")
          int budget) {
    var batch =
        server
            .api(Annotation.class)
            .select(
                server.project(),
                new Annotation.Selection(Name.of(dataset), Name.of(model), budget));
    return server.print(batch, new Table("BATCH", "ITEMS").row(batch.digest(), batch.items()));
  }

  @Command(
      name = "commit",
      description = "Commits a batch's labels as a new dataset version.",
      mixinStandardHelpOptions = true)
  int commit(@Mixin Connection server, @Parameters(paramLabel = "BATCH") String batch) {
    var version = server.api(Annotation.class).commit(server.project(), Digest.parse(batch));
    return server.print(
        version,
        new Table("DATASET", "VERSION", "DIGEST", "COMMIT")
            .row(version.dataset(), version.number(), version.digest(), version.commit()));
  }
}
