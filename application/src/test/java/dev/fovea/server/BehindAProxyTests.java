package dev.fovea.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.Environment;

/**
 * A server as the Helm chart starts it: listening on every address, behind a proxy that ends TLS,
 * with a port of its own for health and metrics, on a database of one's own.
 */
class BehindAProxyTests {
  private static final String ADMIN = "the-administrators-token-of-this-test-";
  private static final String METRICS = "the-metrics-token-of-this-test-------";
  private static final String URL = TestDatabase.freshUrl();

  @TempDir private static Path folder;
  private static FoveaServer server;
  private static int management;

  @BeforeAll
  static void start() throws IOException {
    var admin = Files.writeString(folder.resolve("admin"), ADMIN + "\n");
    var metrics = Files.writeString(folder.resolve("metrics"), METRICS + "\n");
    Migrations.run(Optional.of(URL), List.of());
    server =
        FoveaServer.start(
            new ServerOptions(
                folder.resolve("home"),
                "0.0.0.0",
                0,
                List.of(),
                ServerOptions.Auth.TOKEN,
                Optional.of(URL),
                Optional.of(admin),
                List.of(
                    "fovea.auth.metrics-token-file=" + metrics,
                    "fovea.auth.public-url=https://fovea.example",
                    "fovea.auth.internal-hosts=fovea-registry,fovea-registry.cv.svc",
                    "fovea.database.schema=verify",
                    "spring.datasource.hikari.connection-timeout=500",
                    "management.server.port=0")));
    management =
        server.bean(Environment.class).getRequiredProperty("local.management.port", Integer.class);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest(name = "Host: {0}")
  @ValueSource(strings = {"fovea.example", "FOVEA.example:443", "fovea-registry:4800"})
  void itAnswersToThePublicNameAndToThoseOfItsOwnProcesses(String host) throws Exception {
    assertThat(main("GET", "/login", "Host: " + host)).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest(name = "[A3] Host: {0}")
  @ValueSource(strings = {"127.0.0.1", "evil.example", "fovea.example.evil.example", "localhost"})
  void itAnswersToNoOtherName(String host) throws Exception {
    assertThat(main("GET", "/login", "Host: " + host)).startsWith("HTTP/1.1 400");
  }

  @ParameterizedTest(name = "[A4] Origin: {0}")
  @CsvSource({
    "https://fovea.example, 200",
    "https://fovea.example:443, 200",
    "https://evil.example, 403",
    "https://fovea.example.evil.example, 403",
    "https://fovea.example:8443, 403",
    "null, 403"
  })
  void pagesHaveTheOriginThatPeopleSee(String origin, int status) throws Exception {
    assertThat(
            main(
                "GET",
                "/api/v1/projects",
                "Host: fovea.example",
                "Origin: " + origin,
                "Authorization: Bearer " + ADMIN))
        .startsWith("HTTP/1.1 " + status);
  }

  @Test
  void noForwardedHeaderSaysWhoOrWhereACallerIs() throws Exception {
    var answer =
        main(
            "GET",
            "/",
            "Host: fovea.example",
            "Accept: text/html",
            "X-Forwarded-Host: evil.example",
            "X-Forwarded-Proto: javascript",
            "X-Forwarded-Prefix: //evil.example",
            "Forwarded: host=evil.example;proto=http");
    assertThat(answer)
        .startsWith("HTTP/1.1 302")
        .contains("Location: /login?next=")
        .doesNotContain("evil");
    assertThat(main("GET", "/login", "Host: evil.example", "X-Forwarded-Host: fovea.example"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void theAddressInTheHomeIsTheOneOfTheServicesNotTheManagementPorts() {
    assertThat(Home.line(folder.resolve("home").resolve("address")))
        .hasValueSatisfying(
            address -> assertThat(address).endsWith(":" + server.address().getPort()));
  }

  @Test
  void beyondLoopbackItLeavesNoTokenInTheHome() {
    assertThat(folder.resolve("home").resolve("token")).doesNotExist();
  }

  @Test
  void healthAndMetricsAreOnTheManagementPortAlone() throws Exception {
    assertThat(
            main(
                "GET",
                "/actuator/prometheus",
                "Host: fovea.example",
                "Authorization: Bearer " + ADMIN))
        .startsWith("HTTP/1.1 404");
    for (var group : List.of("liveness", "readiness", "startup")) {
      assertThat(management("/actuator/health/" + group, "Host: 10.244.0.7"))
          .as(group)
          .startsWith("HTTP/1.1 200")
          .contains("UP")
          .doesNotContain("database");
    }
  }

  @Test
  void metricsWantATokenAndTheMetricsTokenOpensThemAndTheirAddressesAlone() throws Exception {
    assertThat(management("/actuator/prometheus", "Host: 10.244.0.7")).startsWith("HTTP/1.1 401");
    assertThat(
            management(
                "/actuator/prometheus", "Host: 10.244.0.7", "Authorization: Bearer " + METRICS))
        .startsWith("HTTP/1.1 200")
        .contains("jvm_memory_used_bytes");
    assertThat(main("GET", "/api/v1/model-servers", "Host: fovea.example"))
        .startsWith("HTTP/1.1 401");
    assertThat(
            main(
                "GET",
                "/api/v1/model-servers",
                "Host: fovea.example",
                "Authorization: Bearer " + METRICS))
        .startsWith("HTTP/1.1 200")
        .contains("application/json");
    for (var path :
        List.of(
            "/api/v1/projects",
            "/api/v1/access/tokens",
            "/git/x.git/info/refs?service=git-upload-pack")) {
      assertThat(main("GET", path, "Host: fovea.example", "Authorization: Bearer " + METRICS))
          .as(path)
          .startsWith("HTTP/1.1 403");
    }
    for (var path : List.of("/actuator/env", "/actuator/heapdump", "/actuator/configprops")) {
      assertThat(management(path, "Host: 10.244.0.7", "Authorization: Bearer " + ADMIN))
          .as(path)
          .startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void withoutTheDatabaseItIsAliveAndNotReady() throws Exception {
    var database = URL.replaceFirst(".*/([^?]+)\\?.*", "$1");
    try (var connection =
            DriverManager.getConnection(URL.replaceFirst("/[^/?]+\\?", "/template1?"));
        var sql = connection.createStatement()) {
      try {
        sql.execute("alter database %s with allow_connections false".formatted(database));
        sql.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
                .formatted(database));
        assertThat(management("/actuator/health/readiness", "Host: x"))
            .startsWith("HTTP/1.1 503")
            .doesNotContain("jdbc");
        assertThat(management("/actuator/health/liveness", "Host: x")).startsWith("HTTP/1.1 200");
        assertThat(management("/actuator/health/startup", "Host: x")).startsWith("HTTP/1.1 200");
      } finally {
        sql.execute("alter database %s with allow_connections true".formatted(database));
      }
    }
  }

  private static String main(String method, String path, String... headers) throws IOException {
    return raw(server.address().getPort(), method, path, headers);
  }

  private static String management(String path, String... headers) throws IOException {
    return raw(management, "GET", path, headers);
  }

  private static String raw(int port, String method, String path, String... headers)
      throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "%s %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n"
                  .formatted(method, path, String.join("\r\n", headers))
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
