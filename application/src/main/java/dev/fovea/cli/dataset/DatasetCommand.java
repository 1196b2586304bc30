package dev.fovea.cli.dataset;

import dev.fovea.cli.labels.ConvertCommand;
import dev.fovea.cli.labels.MergeCommand;
import dev.fovea.cli.labels.SplitCommand;
import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.SignedVersions;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
      DataExportCommand.class,
      DataExplodeCommand.class,
      DataGcCommand.class,
      MergeCommand.class,
      MergeDriverCommand.class,
      QueryCommand.class,
      SplitCommand.class,
      VerifyCommand.class
    })
public final class DatasetCommand extends WorkingCopyCommands {
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
      name = "history",
      description = {
        "Every version that changed one image, newest first.",
        "An image that was renamed is followed by its bytes to its earlier path."
      },
      mixinStandardHelpOptions = true)
  int history(
      @Mixin Connection server,
      @Parameters(paramLabel = "DATASET") String dataset,
      @Parameters(paramLabel = "PATH", description = "inside the dataset folder") String path,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = ImageHistories.SHOWN,
              description = "how many changes at most (default: ${DEFAULT-VALUE})")
          int limit) {
    var newest = Integer.parseInt(ImageHistories.NEWEST);
    var found =
        server
            .api(ImageHistories.class)
            .history(server.project(), Name.of(dataset), path, newest, limit);
    return server.print(found, () -> server.out().print(HistoryTable.of(found)));
  }

  @Command(
      name = "statement",
      description = {
        "What the service signed about a version: a DSSE envelope with an in-toto statement.",
        "'fovea dataset verify' checks it."
      },
      mixinStandardHelpOptions = true)
  int statement(
      @Mixin Connection server,
      @Parameters(paramLabel = "DATASET") String dataset,
      @Parameters(paramLabel = "VERSION", description = VersionName.FORMS) String version,
      @Option(
              names = "--manifest",
              paramLabel = "FILE",
              description = "also write the manifest that it names to a new file")
          Optional<Path> manifest)
      throws IOException {
    var found = new VersionName(Name.of(dataset), version).find(server);
    var envelope =
        server
            .api(SignedVersions.class)
            .statement(found.project(), found.dataset(), found.digest());
    if (manifest.isPresent()) {
      ManifestDownload.of(server.client(), found, manifest.get());
    }
    server.out().println(new String(envelope.json(), StandardCharsets.UTF_8));
    server.out().flush();
    return ExitCode.OK;
  }

  @Command(
      name = "keys",
      description = "Every public key that the service has signed with, as PEM, the newest first.",
      mixinStandardHelpOptions = true)
  int keys(@Mixin Connection server) {
    var keys = server.api(SignedVersions.class).keys(server.project());
    return server.print(
        keys,
        () ->
            keys.forEach(key ->
                server
                    .out()
                    .printf(
                        "# %s since %s%s%n%s",
                        key.id(),
                        key.since(),
                        key.until().map(until -> " until " + until).orElse(", in use"),
                        key.pem())));
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
