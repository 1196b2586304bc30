package dev.fovea.cli.process;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.ServerOptions;
import dev.fovea.server.ServerOptions.Auth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the services until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Runs every service in this process, or a chosen few.",
      "Everything is kept under the home folder; a second start goes on where the first ended."
    })
public final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "where everything is kept (default: FOVEA_HOME or ~/.fovea)")
  private @Nullable Path home;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "the address to listen on (default: ${DEFAULT-VALUE})")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "4800",
      description = "the port; 0 takes a free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--roles",
      split = ",",
      paramLabel = "ROLE",
      description =
          "datasets, registry, lab, pipelines, rollouts, web (default: all); the others are reached over HTTP,"
              + " see --set spring.http.serviceclient.ROLE.base-url")
  private List<String> roles = List.of();

  @Option(
      names = "--auth",
      defaultValue = "token",
      description = "token, or none on loopback alone (default: ${DEFAULT-VALUE})")
  private Auth auth = Auth.TOKEN;

  @Option(
      names = "--admin-token-file",
      paramLabel = "FILE",
      description = "its first line is the administrator's token")
  private @Nullable Path adminTokenFile;

  @Option(
      names = "--db-url",
      paramLabel = "JDBC-URL",
      description = "a PostgreSQL of yours instead of the embedded one")
  private @Nullable String databaseUrl;

  @Option(
      names = "--log-format",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE})")
  private String logFormat = "text";

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "any other setting, see docs/configuration.md")
  private List<String> properties = List.of();

  @Override
  public Integer call() throws InterruptedException {
    var settings = new ArrayList<>(properties);
    if (logFormat.equals("json")) {
      settings.add("logging.structured.format.console=ecs");
    }
    var options =
        new ServerOptions(
            home == null ? ServerOptions.defaultHome() : home,
            host,
            port,
            roles,
            auth,
            Optional.ofNullable(databaseUrl),
            Optional.ofNullable(adminTokenFile),
            settings);
    FoveaServer server;
    try {
      server = FoveaServer.start(options);
    } catch (RuntimeException toldBySpring) {
      return ExitCode.FAILED;
    }
    try (server) {
      server.awaitClose();
    }
    return ExitCode.OK;
  }
}
