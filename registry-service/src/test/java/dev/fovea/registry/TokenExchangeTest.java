package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Access.Presented;
import dev.fovea.registry.TokenExchange.Exchange;
import dev.fovea.roles.RemoteApi;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** From a job's identity to a token of Fovea, over HTTP, against an issuer on this machine. */
class TokenExchangeTest extends RegistryTest {
  private static final TestIssuer ISSUER = new TestIssuer();
  private static final Name PARCELS = Name.of("parcels");
  private static final Name BY_NAME = Name.of("by-name");
  private static final Consumer<JWTClaimsSet.Builder> UNCHANGED = _ -> {};

  @Autowired private AuditLog audit;

  @DynamicPropertySource
  static void bindings(DynamicPropertyRegistry registry) {
    registry.add("fovea.registry.oidc.issuer", ISSUER::address);
    registry.add("fovea.registry.oidc.bindings[0].project", () -> "parcels");
    registry.add("fovea.registry.oidc.bindings[0].repository-id", () -> "4711");
    registry.add("fovea.registry.oidc.bindings[0].ref", () -> "refs/heads/main,refs/tags/v*");
    registry.add("fovea.registry.oidc.bindings[1].project", () -> "by-name");
    registry.add("fovea.registry.oidc.bindings[1].repository", () -> "acme/parcels");
    registry.add("fovea.registry.oidc.bindings[2].project", () -> "staged");
    registry.add("fovea.registry.oidc.bindings[2].repository-id", () -> "4711");
    registry.add("fovea.registry.oidc.bindings[2].environment", () -> "production");
    registry.add(
        "fovea.registry.oidc.bindings[2].workflow-ref",
        () -> "acme/parcels/.github/workflows/release.yml@*/heads/main");
  }

  @Test
  void aJobGetsATokenForMinutesBoundToItsRepositoryRefAndCommit() {
    var given = exchange(PARCELS, UNCHANGED);
    assertThat(given.expires())
        .isBetween(Instant.now().plusSeconds(500), Instant.now().plus(Duration.ofMinutes(15)));
    assertThat(given.expiresInSeconds()).isEqualTo(600);
    var caller = access.authenticate(new Presented(given.accessToken())).orElseThrow();
    assertThat(caller)
        .isEqualTo(
            new Caller(
                "ci:acme/parcels",
                "parcels",
                Set.of(Caller.Role.CI),
                Optional.of(
                    new Caller.Build(
                        "acme/parcels", "4711", "refs/heads/main", GitCommit.of("a".repeat(40))))));
    assertThat(
            JdbcClient.create(database)
                .sql("select t::text from registry.token t where subject = 'ci:acme/parcels'")
                .query(String.class)
                .list())
        .isNotEmpty()
        .noneMatch(row -> row.contains(given.accessToken().substring(21)));
    await()
        .untilAsserted(() ->
            assertThat(rows(PARCELS))
                .anySatisfy(row -> {
                  assertThat(row.who()).isEqualTo("ci:acme/parcels");
                  assertThat(row.act()).contains("4711", "refs/heads/main", "run 1001");
                  assertThat(row.outcome()).isEqualTo("done");
                }));
  }

  @Test
  void aFormAsRfc8693HasItWorksToo() throws Exception {
    var form =
        "grant_type=%s&subject_token_type=%s&project=parcels&subject_token=%s"
            .formatted(
                URLEncoder.encode(TokenExchange.GRANT_TYPE, StandardCharsets.UTF_8),
                URLEncoder.encode(TokenExchange.JWT, StandardCharsets.UTF_8),
                ISSUER.token(UNCHANGED));
    var answer = post("application/x-www-form-urlencoded", form);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"access_token\":\"fov_", "\"token_type\":\"Bearer\"");
  }

  @Test
  void oneIdentityTokenIsGoodForOneExchangeAlsoAtOnce() throws Exception {
    var token = ISSUER.token(UNCHANGED);
    Callable<Boolean> attempt =
        () -> {
          try {
            api().exchange(Exchange.of(PARCELS, token));
            return true;
          } catch (TokenRefused e) {
            assertThat(e.claim()).isEqualTo("jti");
            return false;
          }
        };
    try (var threads = Executors.newFixedThreadPool(8)) {
      var given = 0;
      for (var outcome : threads.invokeAll(java.util.Collections.nCopies(8, attempt))) {
        given += outcome.get() ? 1 : 0;
      }
      assertThat(given).isEqualTo(1);
    }
  }

  @Test
  void pullRequestsAndOtherRefsGetNothingAndTheAuditSaysSo() {
    refused("event_name", PARCELS, c -> c.claim("event_name", "pull_request_target"));
    refused(
        "event_name",
        PARCELS,
        c -> c.claim("event_name", "pull_request").claim("ref", "refs/pull/7/merge"));
    refused("ref", PARCELS, c -> c.claim("ref", "refs/pull/7/merge"));
    refused("ref", PARCELS, c -> c.claim("ref", "refs/heads/main2"));
    refused("ref", PARCELS, c -> c.claim("ref", "refs/tags/v1/x"));
    assertThat(exchange(PARCELS, c -> c.claim("ref", "refs/tags/v1")).ref())
        .isEqualTo("refs/tags/v1");
    await()
        .untilAsserted(() ->
            assertThat(rows(PARCELS))
                .anySatisfy(row ->
                    assertThat(row.outcome()).startsWith("refused: event_name: 'pull_request'")));
  }

  @Test
  void environmentAndWorkflowMustFitWhereTheyAreConfigured() {
    var staged = Name.of("staged");
    refused("environment", staged, UNCHANGED);
    refused("environment", staged, c -> c.claim("environment", "production2"));
    refused(
        "job_workflow_ref",
        staged,
        c ->
            c.claim("environment", "production")
                .claim("job_workflow_ref", "evil/x/.github/workflows/release.yml@refs/heads/main"));
    assertThat(exchange(staged, c -> c.claim("environment", "production")).project())
        .isEqualTo(staged);
  }

  @Test
  void aRenamedRepositoryKeepsItsTokenAndOneThatTookItsNameGetsNone() {
    assertThat(exchange(PARCELS, c -> c.claim("repository", "acme/parcels-renamed")).repository())
        .isEqualTo("acme/parcels-renamed");
    refused("repository", PARCELS, c -> c.claim("repository_id", "666"));

    exchange(BY_NAME, UNCHANGED);
    refused("repository", BY_NAME, c -> c.claim("repository_id", "666"));
    assertThat(exchange(BY_NAME, UNCHANGED).project()).isEqualTo(BY_NAME);
  }

  @Test
  void aStrangersRefusalIsTheSameForAProjectThatExistsAndForOneThatDoesNot() {
    var there = refused("repository", PARCELS, c -> c.claim("repository_id", "666"));
    var nowhere = refused("repository", Name.of("parcels-2"), c -> c.claim("repository_id", "666"));
    assertThat(there.explanation())
        .isEqualTo(nowhere.explanation().replace("parcels-2", "parcels"))
        .doesNotContain("4711");
    assertThat(there.remedy()).contains("repository-id=666");
  }

  @Test
  void refusesBodiesThatAreHugeOrNothing() throws Exception {
    assertThat(
            post("application/json", "{\"subject_token\":\"" + "x".repeat(1_000_000)).statusCode())
        .isEqualTo(422);
    assertThat(post("application/json", "[".repeat(10_000)).statusCode()).isEqualTo(422);
    assertThat(post("application/json", "null").statusCode()).isEqualTo(422);
    assertThatThrownBy(
            () -> api().exchange(new Exchange("password", TokenExchange.JWT, "x", PARCELS)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("grant_type");
  }

  private TokenExchange.Exchanged exchange(Name project, Consumer<JWTClaimsSet.Builder> change) {
    return api().exchange(Exchange.of(project, ISSUER.token(change)));
  }

  private TokenRefused refused(String claim, Name project, Consumer<JWTClaimsSet.Builder> change) {
    try {
      exchange(project, change);
    } catch (TokenRefused e) {
      assertThat(e.claim()).as(e.explanation()).isEqualTo(claim);
      return e;
    }
    throw new AssertionError("a token was given (expected: refused for %s)".formatted(claim));
  }

  private TokenExchange api() {
    return new RemoteApi(URI.create(server()), Optional.empty()).as(TokenExchange.class);
  }

  private Iterable<Audited> rows(Name project) {
    return as(
        new Caller("tests", "*", Set.of(Caller.Role.ADMIN)), () -> audit.newest(project, 100));
  }

  private HttpResponse<String> post(String type, String body)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(server() + "/api/v1/oidc/token"))
              .header("Content-Type", type)
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
