package dev.fovea.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.postgres.PostgresProblem;
import dev.fovea.registry.Access;
import dev.fovea.roles.RemoteApi;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Work;
import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole application on its embedded defaults, as an outsider sees it. The codes in brackets are
 * those of docs/scorecard.md.
 */
class RunningServerTests {
  @TempDir private static Path folder;
  private static FoveaServer server;
  private static RemoteApi owner;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    server = FoveaServer.start(ServerOptions.at(folder, 0));
    owner = new RemoteApi(server.address(), Home.line(folder.resolve("token")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(server.address() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static String[] bearer() {
    return new String[] {"Authorization", "Bearer " + owner.token().orElseThrow()};
  }

  @Test
  void everyKindOfWorkHasAQueue() {
    var queues = server.beans(Queue.class);

    assertThat(server.beans(Work.class))
        .hasSizeGreaterThan(3)
        .allMatch(work -> queues.stream().anyMatch(queue -> queue.takes(work)));
  }

  @Test
  void healthIsOpenAndSaysNothingElse() throws Exception {
    for (var path :
        List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness")) {
      var answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body()).contains("UP").doesNotContain("postgres");
    }
  }

  @ParameterizedTest(name = "[A1, A7] {0}")
  @ValueSource(
      strings = {
        "/api/v1/projects",
        "/actuator/prometheus",
        "/actuator/env",
        "/actuator/heapdump",
        "/v3/api-docs",
        "/git/x.git/info/refs",
        "/git/x.git/config",
        "/api/2.0/mlflow/experiments/search",
        "/internal/v1/inbox/registry/x",
        "/inference/x/v2",
        "/dvc/x/files/md5/ab/cd",
        "/nowhere"
      })
  void nothingElseAnswersWithoutAToken(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest(name = "[A7] {0}")
  @ValueSource(
      strings = {"/actuator/env", "/actuator/heapdump", "/actuator/loggers", "/actuator/beans"})
  void theInsideIsNotThereEvenForTheOwner(String path) throws Exception {
    assertThat(get(path, bearer()).statusCode()).isEqualTo(404);
  }

  @Test
  void theApiDescribesItselfAsOpenApi31() throws Exception {
    var answer = get("/v3/api-docs", bearer());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"openapi\":\"3.1")
        .contains("/api/v1/projects/{project}/releases");
    assertThat(answer.body()).doesNotContain("/internal/");
    var document = JsonMapper.shared().readTree(answer.body());
    var start = document.at("/paths/~1api~1v1~1projects~1{project}~1releases/post");
    assertThat(
            start.at("/responses/default/content/application~1problem+json/schema/$ref").asString())
        .isEqualTo("#/components/schemas/Problem");
    assertThat(start.at("/security/0/token").isArray()).as("a token is needed").isTrue();
    assertThat(start.at("/x-fovea-roles").toString()).isEqualTo("[\"CI\",\"ENGINEER\"]");
    assertThat(document.at("/components/securitySchemes/token/scheme").asString())
        .isEqualTo("bearer");
    assertThat(document.at("/components/schemas/Problem/required").toString()).contains("remedy");
    assertThat(start.at("/parameters/0/schema/pattern").asString()).startsWith("^[a-z0-9]");
    assertThat(document.at("/paths/~1api~1v1~1oidc~1token/post/security").toString())
        .as("nobody is signed in yet")
        .isEqualTo("[]");
    assertThat(
            document
                .at(
                    "/paths/~1api~1v1~1oidc~1token/post/requestBody/content/application~1json/schema/required")
                .toString())
        .contains("subject_token");
  }

  @Test
  void theApiDescribesMlflowsCallsWithTheirFieldsAndErrors() throws Exception {
    var document = JsonMapper.shared().readTree(get("/v3/api-docs", bearer()).body());
    var calls =
        document.path("paths").properties().stream()
            .filter(path -> path.getKey().startsWith("/api/2.0/mlflow/"))
            .toList();
    assertThat(calls).hasSizeGreaterThan(50);
    assertThat(calls)
        .allSatisfy(path -> {
          assertThat(path.getKey()).doesNotContain("*");
          for (var operation : path.getValue().properties()) {
            var text = operation.getValue().toString();
            assertThat(text)
                .as("%s %s", operation.getKey(), path.getKey())
                .contains("X-MLFLOW-WORKSPACE", "MlflowFailure", "x-fovea-roles")
                .doesNotContain("\"name\":\"fields\"", "\"name\":\"scope\"");
          }
        });
    var log = document.at("/paths/~1api~12.0~1mlflow~1runs~1log-metric/post");
    assertThat(log.at("/requestBody/content/application~1json/schema/required").toString())
        .isEqualTo("[\"key\",\"run_id\",\"timestamp\",\"value\"]");
    var history = document.at("/paths/~1api~12.0~1mlflow~1metrics~1get-history/get");
    assertThat(history.path("parameters").toString()).contains("metric_key", "page_token");
    assertThat(document.at("/components/schemas/MlflowFailure/required").toString())
        .contains("error_code");
    assertThat(document.toString()).doesNotContain("schemas/Fields", "schemas/Scope");
  }

  @Test
  void prometheusReadsMetricsWithAToken() throws Exception {
    assertThat(get("/actuator/prometheus", bearer()).body()).contains("jvm_memory_used_bytes");
  }

  @Test
  void anUnknownTokenIsWrongNotNobody() throws Exception {
    var answer = get("/api/v1/projects", "Authorization", "Bearer fov_x_y");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("wrong-token").contains("remedy");
  }

  @Test
  void aTokenInTheQueryDoesNotCount() throws Exception {
    assertThat(get("/api/v1/projects?token=" + owner.token().orElseThrow()).statusCode())
        .isEqualTo(401);
  }

  @ParameterizedTest(name = "[A3] Host: {0}")
  @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example"})
  void aForeignHostIsRefusedBeforeAnythingElse(String host) throws Exception {
    for (var method : List.of("GET", "DELETE", "OPTIONS")) {
      assertThat(
              raw(
                  "%s /actuator/health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                      .formatted(method, host)))
          .startsWith("HTTP/1.1 400");
    }
  }

  @ParameterizedTest(name = "[A4] {0} {1}: {2}")
  @CsvSource({
    "POST, Origin, http://evil.example",
    "DELETE, Origin, http://evil.example",
    "PUT, Sec-Fetch-Site, cross-site",
    "GET, Origin, null",
    "GET, Sec-Fetch-Site, cross-site"
  })
  void anotherOriginsPageMayNotCall(String method, String header, String value) throws Exception {
    var token = owner.token().orElseThrow();
    assertThat(
            raw(
                "%s /api/v1/projects HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s: %s\r\nAuthorization: Bearer %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .formatted(method, server.address().getPort(), header, value, token)))
        .startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest(name = "[A6] {0}")
  @ValueSource(
      strings = {
        "//api/v1/projects",
        "/api/v1/projects;a=b",
        "/api/v1/%2e%2e/projects",
        "/api/v1/projects%252f..",
        "/API/v1/projects",
        "/api/v1/projects/"
      })
  void disguisedPathsGetNoOtherDecision(String path) throws Exception {
    var status =
        raw(
            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
                .formatted(path, server.address().getPort()));
    assertThat(status).startsWith("HTTP/1.1 4");
  }

  @ParameterizedTest(name = "[A13] {0}")
  @ValueSource(strings = {"/login", "/api/v1/projects", "/nowhere", "/assets/fovea.css"})
  void everyAnswerCarriesTheSecurityHeaders(String path) throws Exception {
    var headers = get(path).headers();
    assertThat(headers.firstValue("Content-Security-Policy"))
        .get()
        .asString()
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
  }

  @Test
  void aPersonsLinkOpensOnce() throws Exception {
    var link =
        HTTP.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/api/v1/me/sign-in-link"))
                    .headers(bearer())
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                BodyHandlers.ofString())
            .body()
            .replaceAll(".*\"path\":\"([^\"]+)\".*", "$1");
    var first = get(link);
    assertThat(first.statusCode()).isEqualTo(302);
    assertThat(first.headers().firstValue("Set-Cookie"))
        .get()
        .asString()
        .contains("HttpOnly")
        .contains("SameSite=Lax");
    assertThat(get(link).statusCode()).as("a second use shows the sign-in page").isEqualTo(200);
  }

  @ParameterizedTest(name = "[W4] next={0}")
  @ValueSource(
      strings = {
        "//evil.example",
        "/%5Cevil.example",
        "/a/..%2F%5Cevil",
        "http://evil.example",
        "/%0d%0aX:1"
      })
  void signingInLeadsNowhereElse(String next) throws Exception {
    var code =
        server
            .bean(dev.fovea.security.SignInLinks.class)
            .create(new Caller("you", "*", Set.of(Caller.Role.ENGINEER)));
    var answer = get(code + "&next=" + next);
    assertThat(answer.headers().firstValue("Location"))
        .get()
        .asString()
        .endsWith("/")
        .doesNotContain("evil");
  }

  @Test
  void anotherProjectsTokenSeesAnEmptyServer() {
    owner.as(Projects.class).create(Name.of("ours"));
    owner.as(Projects.class).create(Name.of("theirs"));
    var token =
        owner
            .as(Access.class)
            .issue(new Access.TokenRequest("eve", "theirs", Set.of(Caller.Role.ENGINEER), 1));
    var eve = new RemoteApi(server.address(), Optional.of(token.token()));
    assertThat(eve.as(Projects.class).projects())
        .extracting(p -> p.name().text())
        .containsExactly("theirs");
    assertThatThrownBy(() -> eve.as(Projects.class).project(Name.of("ours")))
        .isInstanceOf(dev.fovea.kernel.Problem.class)
        .matches(problem ->
            ((dev.fovea.kernel.Problem) problem).kind() == dev.fovea.kernel.Problem.Kind.NOT_FOUND);
    assertThatThrownBy(() -> eve.as(Projects.class).project(Name.of("neither")))
        .isNotInstanceOf(NoSuchThing.class);
  }

  @Test
  void aSecondServerOnTheSameHomeIsRefused() {
    assertThatThrownBy(() -> FoveaServer.start(ServerOptions.at(folder, 0)))
        .hasRootCauseInstanceOf(PostgresProblem.HomeInUse.class);
  }

  @Test
  void beyondLoopbackItWantsALogin(@TempDir Path home) {
    var options =
        new ServerOptions(
            home,
            "0.0.0.0",
            0,
            List.of(),
            ServerOptions.Auth.TOKEN,
            Optional.empty(),
            Optional.empty(),
            List.of());
    assertThatThrownBy(() -> FoveaServer.start(options))
        .rootCause()
        .hasMessageContaining("without a configured login");
  }

  @Test
  void servesOnADatabaseOfOnesOwn(@TempDir Path home) throws Exception {
    var own = ServerOptions.at(home, 0);
    var options =
        new ServerOptions(
            own.home(),
            own.host(),
            own.port(),
            own.roles(),
            own.auth(),
            Optional.of(TestDatabase.freshUrl()),
            own.adminTokenFile(),
            own.properties());
    try (var other = FoveaServer.start(options)) {
      var theirs = new RemoteApi(other.address(), Home.line(home.resolve("token")));
      theirs.as(Projects.class).create(Name.of("elsewhere"));
      assertThat(theirs.as(Projects.class).projects())
          .extracting(p -> p.name().text())
          .containsExactly("elsewhere");
    }
    assertThat(home.resolve("postgres")).as("no database of its own is started").doesNotExist();
  }

  @Test
  void theHomeIsItsOwnersAlone() throws Exception {
    assertThat(Files.getPosixFilePermissions(folder)).hasSize(3);
    assertThat(Files.getPosixFilePermissions(folder.resolve("token"))).hasSize(2);
  }

  /** The status line and headers of a request that no client library would send. */
  private static String raw(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
