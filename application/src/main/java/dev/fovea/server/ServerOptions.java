package dev.fovea.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a server is started; each becomes a property of the application.
 *
 * @param home where everything lies that the embedded defaults keep
 * @param host the address to listen on
 * @param port the port; 0 takes a free one
 * @param roles the services of this process; empty means all
 * @param auth who may call
 * @param databaseUrl a PostgreSQL of its own; empty starts the embedded one
 * @param adminTokenFile a file whose first line is the administrator's token; required beyond
 *     loopback
 * @param properties further {@code key=value} settings
 */
public record ServerOptions(
    Path home,
    String host,
    int port,
    List<String> roles,
    Auth auth,
    Optional<String> databaseUrl,
    Optional<Path> adminTokenFile,
    List<String> properties) {
  /** The port where nothing else is said. */
  public static final int DEFAULT_PORT = 4800;

  /** Who may call. */
  public enum Auth {
    /** Whoever has a token, or followed the one-time link. */
    TOKEN,
    /** Whoever reaches the port: on loopback alone. */
    NONE
  }

  /**
   * The home where nothing else is said: {@code FOVEA_HOME}, or {@code .fovea} in the user's home
   * folder.
   */
  public static Path defaultHome() {
    var named = System.getenv("FOVEA_HOME");
    return named == null || named.isBlank()
        ? Path.of(System.getProperty("user.home"), ".fovea")
        : Path.of(named);
  }

  /** Everything on its default, with this home. */
  public static ServerOptions at(Path home, int port) {
    return new ServerOptions(
        home,
        "127.0.0.1",
        port,
        List.of(),
        Auth.TOKEN,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The same with one more setting, {@code key=value}. */
  public ServerOptions with(String property) {
    var more = new ArrayList<>(properties);
    more.add(property);
    return new ServerOptions(home, host, port, roles, auth, databaseUrl, adminTokenFile, more);
  }

  /** Where the embedded defaults keep things: below the home folder. */
  Map<String, Object> defaults() {
    var below = home.toAbsolutePath().normalize();
    var defaults = new HashMap<String, Object>();
    defaults.put("fovea.datasets.repositories", below.resolve("git").toString());
    defaults.put("fovea.registry.signing-folder", below.toString());
    defaults.put("fovea.rollouts.packaging.folder", below.resolve("images").toString());
    defaults.put("fovea.pipelines.jobs.folder", below.resolve("jobs").toString());
    if (databaseUrl.isEmpty()) {
      // Beside the database that holds what it seals; elsewhere it is for the operator to name.
      defaults.put("fovea.registry.webhooks.own-key-file", below.resolve("webhook-key").toString());
    }
    if (!roles.isEmpty() && !roles.contains("web")) {
      defaults.put("spring.thymeleaf.enabled", "false");
    }
    boolean bucket =
        properties.stream().anyMatch(property -> property.startsWith("fovea.objects.s3"))
            || System.getenv().keySet().stream()
                .anyMatch(name -> name.startsWith("FOVEA_OBJECTS_S3"));
    if (!bucket) {
      defaults.put("fovea.objects.folder", below.resolve("objects").toString());
    }
    return defaults;
  }

  /** The settings as command-line properties of Spring Boot. */
  List<String> asArguments() {
    var arguments = new ArrayList<String>();
    arguments.add("--fovea.home=" + home.toAbsolutePath().normalize());
    arguments.add("--server.address=" + host);
    arguments.add("--server.port=" + port);
    arguments.add("--fovea.auth.mode=" + auth.name());
    if (!roles.isEmpty()) {
      arguments.add("--roles=" + String.join(",", roles));
    }
    databaseUrl.ifPresent(url -> arguments.add("--spring.datasource.url=" + url));
    adminTokenFile.ifPresent(file -> arguments.add("--fovea.auth.admin-token-file=" + file));
    properties.forEach(property -> arguments.add("--" + property));
    return arguments;
  }
}
