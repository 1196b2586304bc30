package dev.fovea.cli.imports;

import dev.fovea.cli.imports.mlflow.MlflowSource;
import dev.fovea.cli.imports.rest.Patience;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.transfer.Fovea;
import dev.fovea.cli.imports.transfer.Importing;
import dev.fovea.cli.imports.wandb.WandbSource;
import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs and models of other trackers. */
@Command(
    name = "import",
    description = {
      "Brings runs and models from another tracker, with all that they logged.",
      "The same again brings what is new: an import that was ended goes on."
    },
    mixinStandardHelpOptions = true)
public final class ImportCommand {
  @Command(
      name = "mlflow",
      description = {
        "From MLflow: experiments, runs, metrics, artifacts, logged and registered models.",
        "SOURCE is a server's http address, a database (sqlite:///file, postgresql://user@host/name),"
            + " or the folder of a file store (mlruns).",
        "A server's token comes from FOVEA_IMPORT_TOKEN, or FOVEA_IMPORT_USER and"
            + " FOVEA_IMPORT_PASSWORD; a database's password from FOVEA_IMPORT_PASSWORD."
      },
      mixinStandardHelpOptions = true)
  int mlflow(
      @Mixin Connection server,
      @Parameters(paramLabel = "SOURCE", description = "where MLflow keeps it") String source,
      @Option(
              names = "--artifacts",
              paramLabel = "FOLDER",
              description =
                  "a folder that holds artifacts, where the source is a database or a folder; may be repeated")
          List<Path> artifacts,
      @Option(names = "--no-artifacts", description = "leave the artifacts") boolean noArtifacts,
      @Option(
              names = "--read-again",
              description =
                  "read files of a server again that are here in their size, and compare their digests")
          boolean readAgain,
      @Option(
              names = "--workspace",
              paramLabel = "NAME",
              defaultValue = MlflowSource.DEFAULT_WORKSPACE,
              description = "MLflow's workspace (default: ${DEFAULT-VALUE})")
          String workspace)
      throws IOException {
    var address = server.client().address().toString();
    if (source.replaceAll("/+$", "").equals(address)) {
      throw new InvalidRequest(
          "'%s' is the server that would be imported into".formatted(source),
          "name another source, or another server with --server");
    }
    var named =
        new MlflowSource(
            source, workspace, artifacts == null ? List.of() : artifacts, !noArtifacts);
    var remarks = new Remarks();
    server.client().requireAnswer();
    try (var opened = named.open(System.getenv(), Patience.USUAL, remarks)) {
      return bring(server, named.shown(), opened, remarks, readAgain);
    }
  }

  @Command(
      name = "wandb",
      description = {
        "From Weights & Biases' run folders, as its client writes them (mode offline).",
        "Each project becomes an experiment, the configuration parameters, the history metrics."
      },
      mixinStandardHelpOptions = true)
  int wandb(
      @Mixin Connection server,
      @Parameters(
              paramLabel = "FOLDER",
              description = "a folder 'wandb' with its offline-run-… folders, or one of those")
          Path folder,
      @Option(names = "--no-artifacts", description = "leave the runs' files") boolean noArtifacts)
      throws IOException {
    var remarks = new Remarks();
    server.client().requireAnswer();
    try (var opened = WandbSource.open(folder, !noArtifacts, remarks)) {
      return bring(server, folder.toString(), opened, remarks, false);
    }
  }

  private static int bring(
      Connection server, String name, Source source, Remarks remarks, boolean readAgain)
      throws IOException {
    var headers = new HashMap<String, String>();
    server.client().token().ifPresent(token -> headers.put("Authorization", "Bearer " + token));
    server.named().ifPresent(project -> headers.put("X-MLFLOW-WORKSPACE", project.text()));
    try (var fovea = new Fovea(new Rest(server.client().address(), headers, Patience.USUAL))) {
      var report = new Importing(source, fovea, remarks, server.progress(), readAgain).run(name);
      server.print(report, () -> server.out().print(new ReportText(report)));
      return report.isWhole() ? ExitCode.OK : ExitCode.FAILED;
    }
  }
}
