package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.SignIns.Finish;
import dev.fovea.registry.SignIns.Leave;
import dev.fovea.registry.SignIns.Session;
import dev.fovea.registry.SignIns.SignedIn;
import dev.fovea.registry.TestIssuer.Answer;
import dev.fovea.roles.RemoteApi;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * How sign-ins end, and what UserInfo adds to one, against a provider on this machine that puts no
 * groups into its tokens.
 */
class SignOutsTest extends RegistryTest {
  private static final TestIssuer PROVIDER = new TestIssuer();
  private static final URI BACK = URI.create("https://fovea.example/login/provider/back");
  private static final URI LOGIN = URI.create("https://fovea.example/login");
  private static final String NONCE = "n".repeat(43);
  private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

  private static volatile Answer token = exchange -> TestIssuer.send(exchange, "{}");
  private static volatile Answer userInfo = exchange -> TestIssuer.send(exchange, "{}");

  static {
    PROVIDER.discoverBy(exchange -> TestIssuer.send(exchange, description()));
    PROVIDER.answer("/token", exchange -> token.to(exchange));
    PROVIDER.answer("/userinfo", exchange -> userInfo.to(exchange));
  }

  @Autowired private SignIns signIns;
  @Autowired private AuditLog audit;

  private final String name = "eve-" + project();

  @DynamicPropertySource
  static void login(DynamicPropertyRegistry registry) {
    registry.add("fovea.auth.login.issuer", PROVIDER::address);
    registry.add("fovea.auth.login.client-id", () -> "fovea");
    registry.add("fovea.auth.login.end-session", () -> "true");
    registry.add("fovea.auth.login.user-info", () -> "true");
    registry.add("fovea.auth.login.grants[0].value", () -> "vision");
    registry.add("fovea.auth.login.grants[0].project", () -> "parcels");
    registry.add("fovea.auth.login.grants[0].roles", () -> "ENGINEER");
  }

  @BeforeEach
  void answersWell() {
    userInfo = says("{\"sub\": \"%s\", \"groups\": [\"vision\"]}".formatted(account()));
  }

  @AfterAll
  static void close() {
    PROVIDER.close();
  }

  @Test
  void theProvidersWordEndsItsSessionHereAndNoOther() throws Exception {
    var one = signedIn("s-1");
    var other = signedIn("s-2");
    assertThat(stands(one)).isTrue();

    assertThat(sent(word(claims -> claims.claim("sid", name + "s-1"))).statusCode()).isEqualTo(200);
    assertThat(stands(one)).isFalse();
    assertThat(stands(other)).as("another session of theirs").isTrue();
    assertThat(
            new RemoteApi(URI.create(server()), Optional.empty())
                .as(SignIns.class)
                .standing(new Session(one.session()))
                .stands())
        .as("asked by another process")
        .isFalse();
    await()
        .untilAsserted(() ->
            assertThat(
                    as(
                        new Caller("root", "*", Set.of(Caller.Role.ADMIN)),
                        () -> audit.newest(Name.of("parcels"), 500)))
                .anySatisfy(row -> {
                  assertThat(row.who()).isEqualTo(name);
                  assertThat(row.act()).isEqualTo("signed out by the identity provider");
                }));

    assertThat(sent(word(claims -> claims.claim("sid", null))).statusCode()).isEqualTo(200);
    assertThat(stands(other)).as("all of the account").isFalse();
  }

  @Test
  void theWordOfOneAccountOrSessionIsNotOfAnother() throws Exception {
    var mine = signedIn("s-1");
    sent(word(claims -> claims.subject("account-of-another")));
    sent(word(claims -> claims.subject("account-of-another").claim("sid", name + "s-1")));
    sent(word(claims -> claims.claim("sid", name + "s-9")));
    sent(word(claims -> claims.subject(null).claim("sid", "S-1")));
    assertThat(stands(mine)).isTrue();
  }

  @Test
  void aSignInThatIsKeptAfterTheWordIsOverAndALaterOneIsNot() throws Exception {
    sent(word(claims -> claims.subject(null).claim("sid", name + "s-1")));
    assertThat(stands(signedIn("s-1"))).as("it was under way").isFalse();
    assertThat(stands(signedIn("s-2"))).isTrue();

    var before = Date.from(Instant.now().minusSeconds(20));
    sent(word(claims -> claims.issueTime(before)));
    assertThat(stands(signedIn("s-3"))).as("of after the word").isTrue();
  }

  @Test
  void aWordCountsOnce() throws Exception {
    var word = word(_ -> {});
    assertThat(sent(word).statusCode()).isEqualTo(200);
    var again = sent(word);
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(again.body()).contains("jti: ", "invalid_request", "did not come before");
    assertThat(again.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void whatIsNotTheProvidersWordEndsNothing() throws Exception {
    var mine = signedIn("s-1");
    var key = TestIssuer.newKey("key-1");
    var header =
        new com.nimbusds.jose.JWSHeader.Builder(com.nimbusds.jose.JWSAlgorithm.RS256)
            .keyID("key-1")
            .build();
    for (var forged :
        List.of(
            PROVIDER.signed(header, key, this::logout),
            word(claims -> claims.claim("nonce", NONCE)),
            word(claims -> claims.audience("another-client")),
            word(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(60)))),
            idToken("s-1"),
            "x".repeat(20_000))) {
      assertThat(sent(forged).statusCode()).isEqualTo(400);
    }
    var good = word(_ -> {});
    for (var body :
        List.of(
            "",
            "logout_token=%ZZ",
            "logout_token=" + good + "&logout_token=" + good,
            "token=" + good,
            "logout_token=" + good + "&x=" + "x".repeat(1_000_000))) {
      assertThat(posted("application/x-www-form-urlencoded", body).statusCode()).isEqualTo(400);
    }
    assertThat(
            posted("application/json", "{\"logout_token\": \"%s\"}".formatted(good)).statusCode())
        .isEqualTo(400);
    assertThat(stands(mine)).isTrue();
  }

  @Test
  void whoSignsOutIsSentToTheProviderAndIsOutAlready() {
    var mine = signedIn("s-1");
    var there = signIns.leave(new Leave(mine.session(), LOGIN)).location().orElseThrow();
    assertThat(there.toString())
        .startsWith(PROVIDER.address() + "/logout?client_id=fovea&")
        .contains("post_logout_redirect_uri=https%3A%2F%2Ffovea.example%2Flogin")
        .contains("id_token_hint=ey");
    assertThat(stands(mine)).isFalse();
    assertThat(signIns.leave(new Leave(mine.session(), LOGIN)).location().orElseThrow().toString())
        .as("twice")
        .doesNotContain("id_token_hint");
    assertThat(signIns.standing(new Session("a".repeat(43))).stands()).as("never was").isFalse();
    assertThatThrownBy(() -> signIns.standing(new Session("' or ''='")))
        .isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(
            () -> signIns.leave(new Leave(mine.session(), URI.create("javascript:alert(1)"))))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void userInfoAddsWhatTheTokenLacksAndChangesNothingInIt() {
    userInfo =
        exchange -> {
          assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
              .isEqualTo("Bearer access-1");
          TestIssuer.send(
              exchange,
              "{\"sub\": \"%s\", \"groups\": [\"vision\"], \"preferred_username\": \"root\", \"iss\": \"x\", \"sid\": \"x\"}"
                  .formatted(account()));
        };
    var signedIn = signedIn("s-1");
    assertThat(signedIn.caller())
        .isEqualTo(Caller.of(name, Map.of("parcels", Set.of(Caller.Role.ENGINEER))));
    userInfo = says("{\"sub\": \"%s\"}".formatted(account()));
    assertThatThrownBy(() -> signedIn("s-1")).hasMessageContaining("has no right here");
  }

  @Test
  void userInfoOfAnotherAccountIsNotUsed() {
    for (var subject : List.of("\"sub\": \"another\", ", "\"sub\": \"\", ", "")) {
      userInfo = says("{%s\"groups\": [\"vision\"]}".formatted(subject));
      assertThatThrownBy(() -> signedIn("s-1"))
          .isInstanceOfSatisfying(
              TokenRefused.class, refusal -> assertThat(refusal.claim()).isEqualTo("sub"));
    }
  }

  @Test
  void userInfoThatIsBrokenDeepOrHugeSignsNobodyIn() {
    for (var body :
        List.of(
            "",
            "[]",
            "<html>",
            "{\"a\":".repeat(40),
            "{\"sub\": \"%s\", \"x\": \"%s\"}".formatted(account(), "x".repeat(300_000)))) {
      userInfo = says(body);
      assertThatThrownBy(() -> signedIn("s-1")).isInstanceOf(ServiceUnavailable.class);
    }
    userInfo =
        exchange -> {
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        };
    assertThatThrownBy(() -> signedIn("s-1")).isInstanceOf(ServiceUnavailable.class);
  }

  private SignedIn signedIn(String session) {
    token =
        exchange ->
            TestIssuer.send(
                exchange,
                "{\"access_token\": \"access-1\", \"token_type\": \"Bearer\", \"id_token\": \"%s\"}"
                    .formatted(idToken(session)));
    return signIns.finish(new Finish("code-1", Optional.empty(), BACK, NONCE, "v".repeat(43)));
  }

  private String idToken(String session) {
    return PROVIDER.token(claims ->
        claims
            .subject(account())
            .claim("nonce", NONCE)
            .claim("sid", name + session)
            .claim("preferred_username", name));
  }

  private String account() {
    return "account-of-" + name;
  }

  private boolean stands(SignedIn signedIn) {
    return signIns.standing(new Session(signedIn.session())).stands();
  }

  private String word(Consumer<JWTClaimsSet.Builder> change) {
    return PROVIDER.token(claims -> {
      logout(claims);
      change.accept(claims);
    });
  }

  private void logout(JWTClaimsSet.Builder claims) {
    claims.subject(account()).claim("events", Map.of(EVENT, Map.of()));
  }

  private HttpResponse<String> sent(String word) throws IOException, InterruptedException {
    return posted(
        "application/x-www-form-urlencoded",
        "logout_token=" + URLEncoder.encode(word, StandardCharsets.UTF_8));
  }

  private HttpResponse<String> posted(String type, String body)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(server() + "/api/v1/oidc/logout"))
              .header("Content-Type", type)
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static Answer says(String json) {
    return exchange -> TestIssuer.send(exchange, json);
  }

  private static String description() {
    var at = PROVIDER.address();
    return """
    {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token",
     "jwks_uri": "%1$s/keys", "userinfo_endpoint": "%1$s/userinfo", "end_session_endpoint": "%1$s/logout"}
    """
        .formatted(at);
  }
}
