package dev.fovea.registry;

import static dev.fovea.kernel.Caller.Role.ADMIN;
import static dev.fovea.kernel.Caller.Role.ANNOTATOR;
import static dev.fovea.kernel.Caller.Role.ENGINEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.SignIns.Begin;
import dev.fovea.registry.SignIns.Finish;
import dev.fovea.registry.SignIns.SignedIn;
import dev.fovea.registry.TestIssuer.Answer;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.RemoteApi;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** From a code to a person with rights, against a provider on this machine. */
class SignInsTest extends RegistryTest {
  private static final TestIssuer PROVIDER = new TestIssuer();
  private static final URI BACK = URI.create("https://fovea.example/login/provider/back");
  private static final String NONCE = "n".repeat(43);
  private static final String VERIFIER = "v".repeat(43);
  private static final Consumer<JWTClaimsSet.Builder> ENGINEER_OF_PARCELS =
      claims -> claims.claim("groups", List.of("vision"));

  private static volatile Answer token = exchange -> TestIssuer.send(exchange, "{}");

  static {
    PROVIDER.discoverBy(exchange -> TestIssuer.send(exchange, description()));
    PROVIDER.answer("/token", exchange -> token.to(exchange));
  }

  @Autowired private SignIns signIns;
  @Autowired private KnownPeople people;
  @Autowired private AuditLog audit;

  private final String name = "ada-" + project();

  @DynamicPropertySource
  static void login(DynamicPropertyRegistry registry) {
    registry.add("fovea.auth.login.issuer", PROVIDER::address);
    registry.add("fovea.auth.login.client-id", () -> "fovea");
    registry.add("fovea.auth.login.client-secret", () -> "a secret: 100 % /+");
    registry.add("fovea.auth.login.label", () -> "Example");
    registry.add("fovea.auth.login.grants[0].value", () -> "vision");
    registry.add("fovea.auth.login.grants[0].project", () -> "parcels");
    registry.add("fovea.auth.login.grants[0].roles", () -> "ENGINEER,ANNOTATOR");
    registry.add("fovea.auth.login.grants[1].value", () -> "labellers");
    registry.add("fovea.auth.login.grants[1].project", () -> "faces");
    registry.add("fovea.auth.login.grants[1].roles", () -> "ANNOTATOR");
  }

  @BeforeEach
  void answersWell() {
    give(ENGINEER_OF_PARCELS);
  }

  @AfterAll
  static void close() {
    PROVIDER.close();
  }

  @Test
  void sendsTheBrowserWithAllThatBindsTheAnswerToIt() {
    var start = signIns.start(new Begin(BACK, "s".repeat(43), NONCE, "c".repeat(43))).location();
    assertThat(start.toString()).startsWith(PROVIDER.address() + "/authorize?tenant=a&");
    assertThat(query(start))
        .containsEntry("response_type", "code")
        .containsEntry("client_id", "fovea")
        .containsEntry("redirect_uri", BACK.toString())
        .containsEntry("scope", "openid profile email")
        .containsEntry("state", "s".repeat(43))
        .containsEntry("nonce", NONCE)
        .containsEntry("code_challenge", "c".repeat(43))
        .containsEntry("code_challenge_method", "S256");
    assertThat(signIns.offer()).contains(new SignIns.Offer("Example"));
    assertThatThrownBy(() -> signIns.start(new Begin(BACK, "s", NONCE, "c".repeat(43))))
        .isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() ->
            signIns.start(
                new Begin(
                    URI.create("javascript:alert(1)"), "s".repeat(43), NONCE, "c".repeat(43))))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void aPersonHasTheRightsThatTheirGroupsSay() {
    give(claims -> claims.claim("groups", List.of("vision", "labellers", "cooks")));
    var signedIn = finish();
    assertThat(signedIn.caller())
        .isEqualTo(
            Caller.of(
                name, Map.of("parcels", Set.of(ENGINEER, ANNOTATOR), "faces", Set.of(ANNOTATOR))));
    assertThat(signedIn.until())
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(479)), Instant.now().plus(Duration.ofHours(8)));
    await()
        .untilAsserted(() ->
            assertThat(rows(name))
                .extracting(Audited::act, Audited::object, Audited::outcome)
                .containsExactly(
                    tuple(
                        "signed in",
                        "[ANNOTATOR] in faces; [ENGINEER, ANNOTATOR] in parcels",
                        "done")));
  }

  @Test
  void inAnotherProcessItIsTheSame() {
    var remote = new RemoteApi(URI.create(server()), Optional.empty()).as(SignIns.class);
    assertThat(remote.offer()).contains(new SignIns.Offer("Example"));
    assertThat(remote.start(new Begin(BACK, "s".repeat(43), NONCE, "c".repeat(43))))
        .isEqualTo(signIns.start(new Begin(BACK, "s".repeat(43), NONCE, "c".repeat(43))));
    give(claims -> claims.claim("groups", List.of("vision", "labellers")));
    var finish = new Finish("code-1", Optional.empty(), BACK, NONCE, VERIFIER);
    assertThat(remote.finish(finish).caller()).isEqualTo(finish().caller());
    give(claims -> claims.claim("groups", "cooks"));
    assertThatThrownBy(() -> remote.finish(finish)).isInstanceOf(NotAllowed.class);
    give(claims -> claims.claim("nonce", "m".repeat(43)));
    assertThatThrownBy(() -> remote.finish(finish))
        .isInstanceOfSatisfying(
            TokenRefused.class, refusal -> assertThat(refusal.claim()).isEqualTo("nonce"));
    token = exchange -> refuse(exchange, 503, "busy");
    assertThatThrownBy(() -> remote.finish(finish)).isInstanceOf(ServiceUnavailable.class);
  }

  @Test
  void redeemsTheCodeAsThisClientWithThisVerifier() {
    var asked = new HashMap<String, String>();
    token =
        exchange -> {
          asked.put("authorization", exchange.getRequestHeaders().getFirst("Authorization"));
          asked.putAll(form(exchange));
          TestIssuer.send(exchange, answer(ENGINEER_OF_PARCELS));
        };
    finish();
    assertThat(asked)
        .containsEntry("grant_type", "authorization_code")
        .containsEntry("code", "code-1")
        .containsEntry("redirect_uri", BACK.toString())
        .containsEntry("code_verifier", VERIFIER)
        .doesNotContainKey("client_secret");
    assertThat(
            new String(
                Base64.getDecoder().decode(asked.get("authorization").substring(6)),
                StandardCharsets.US_ASCII))
        .as("RFC 6749, 2.3.1: encoded before they are joined")
        .isEqualTo("fovea:a+secret%3A+100+%25+%2F%2B");
  }

  @Test
  void aCodeThatTheProviderDoesNotTakeSignsNobodyIn() {
    token = exchange -> refuse(exchange, 400, "{\"error\": \"invalid_grant\"}");
    assertThatThrownBy(this::finish)
        .isInstanceOfSatisfying(
            TokenRefused.class, refusal -> assertThat(refusal.claim()).isEqualTo("code"))
        .hasMessageContaining("invalid_grant");
    token = exchange -> refuse(exchange, 401, "{\"error\": \"invalid_client\"}");
    assertThatThrownBy(this::finish)
        .isInstanceOfSatisfying(
            ServiceUnavailable.class,
            refusal -> assertThat(refusal.remedy()).contains("fovea.auth.login.client-id"));
    token = exchange -> TestIssuer.send(exchange, "{\"access_token\": \"x\"}");
    assertThatThrownBy(this::finish).hasMessageContaining("id_token");
  }

  @Test
  void aTokenOfAnotherSignInIsRefusedAndTheAuditSaysSo() {
    give(claims -> claims.claim("groups", "vision").claim("nonce", "m".repeat(43)));
    assertThatThrownBy(this::finish)
        .isInstanceOfSatisfying(
            TokenRefused.class, refusal -> assertThat(refusal.claim()).isEqualTo("nonce"));
    await()
        .untilAsserted(() ->
            assertThat(rows(PROVIDER.address().toString()))
                .anySatisfy(row -> assertThat(row.outcome()).startsWith("refused: nonce: ")));
  }

  @Test
  void anAnswerOfAnotherProviderIsNotTakenToThisOne() {
    var asked = new AtomicInteger();
    token =
        exchange -> {
          asked.incrementAndGet();
          TestIssuer.send(exchange, answer(ENGINEER_OF_PARCELS));
        };
    assertThatThrownBy(() -> finish(Optional.of("https://evil.example")))
        .isInstanceOfSatisfying(
            TokenRefused.class, refusal -> assertThat(refusal.claim()).isEqualTo("iss"));
    assertThat(asked).as("the code went nowhere").hasValue(0);
    assertThat(finish(Optional.of(PROVIDER.address().toString())).caller().subject())
        .isEqualTo(name);
  }

  @Test
  void whoHasNoRightIsToldWhichGroupIsMissingAndTheAuditSaysSo() {
    give(claims -> claims.claim("groups", List.of("cooks")));
    assertThatThrownBy(this::finish)
        .isInstanceOfSatisfying(
            NotAllowed.class,
            refusal -> assertThat(refusal.remedy()).contains("groups=labellers", "groups=vision"));
    await()
        .untilAsserted(() ->
            assertThat(rows(name))
                .extracting(Audited::outcome)
                .containsExactly(
                    "refused: '%s' has no right here: 'groups' has [cooks], and none of them gives any"
                        .formatted(name)));
  }

  @Test
  void aNameIsTheAccountsThatFirstCameWithIt() {
    finish();
    give(claims -> claims.claim("groups", "vision").subject("account-of-another"));
    assertThatThrownBy(this::finish)
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("is the name of another account here");
    give(claims ->
        claims
            .claim("groups", "vision")
            .subject("account-of-another")
            .claim("preferred_username", name.toUpperCase(Locale.ROOT)));
    assertThatThrownBy(this::finish).as("in capitals").isInstanceOf(NotAllowed.class);

    var owner = new Caller("root", "*", Set.of(ADMIN));
    assertThat(as(owner, people::people)).extracting(KnownPeople.Person::name).contains(name);
    as(
        owner,
        () -> {
          people.forget(name);
          return true;
        });
    give(claims -> claims.claim("groups", "vision").subject("account-of-another"));
    assertThat(finish().caller().subject()).isEqualTo(name);
    assertThatThrownBy(() ->
            as(
                owner,
                () -> {
                  people.forget("nobody-of-this-name");
                  return true;
                }))
        .isInstanceOf(NoSuchThing.class);
    for (var lesser :
        List.of(
            new Caller("lead", "parcels", Set.of(ADMIN)),
            new Caller("ada", "*", Set.of(ENGINEER)))) {
      assertThatThrownBy(() -> as(lesser, people::people)).isInstanceOf(NotAllowed.class);
    }
  }

  @Test
  void nobodyIsCalledWhatFoveaCallsItself() {
    for (var reserved :
        List.of(
            "owner",
            "Admin",
            "fovea",
            "fovea/registry",
            "device/bench",
            "ci:acme/parcels",
            "a\nb")) {
      give(claims -> claims.claim("groups", "vision").claim("preferred_username", reserved));
      assertThatThrownBy(this::finish)
          .as(reserved)
          .isInstanceOfSatisfying(
              TokenRefused.class,
              refusal -> assertThat(refusal.claim()).isEqualTo("preferred_username"));
    }
    give(claims -> claims.claim("groups", "vision").claim("preferred_username", null));
    assertThatThrownBy(this::finish)
        .isInstanceOfSatisfying(
            TokenRefused.class,
            refusal ->
                assertThat(refusal.remedy()).contains("fovea.auth.login.name-claim", "groups"));
  }

  @Test
  void aProviderThatIsBusySilentEndlessOrLeadsElsewhereCostsSecondsAndNoMemory() {
    var elsewhere = new AtomicInteger();
    PROVIDER.answer(
        "/elsewhere-" + name,
        exchange -> {
          elsewhere.incrementAndGet();
          TestIssuer.send(exchange, answer(ENGINEER_OF_PARCELS));
        });
    for (var trouble :
        List.<Answer>of(
            exchange -> refuse(exchange, 503, "busy"),
            exchange -> refuse(exchange, 400, "<html>"),
            exchange -> refuse(exchange, 400, "[".repeat(10_000)),
            exchange -> {
              exchange
                  .getResponseHeaders()
                  .add("Location", PROVIDER.address() + "/elsewhere-" + name);
              refuse(exchange, 307, "");
            },
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              try (var out = exchange.getResponseBody()) {
                for (int i = 0; i < 1_000; i++) {
                  out.write(new byte[64 * 1024]);
                }
              }
            },
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write('{');
              exchange.getResponseBody().flush();
            })) {
      token = trouble;
      var begun = System.nanoTime();
      assertThatThrownBy(this::finish)
          .isInstanceOfSatisfying(
              ServiceUnavailable.class,
              refusal -> assertThat(refusal.remedy()).contains("sign in again"));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(9));
    }
    assertThat(elsewhere).as("no redirect is followed").hasValue(0);
    give(ENGINEER_OF_PARCELS);
    assertThat(finish().caller().subject()).as("afterwards").isEqualTo(name);
  }

  @Test
  void theMessagesHoldNoSecrets() {
    var finish = new Finish("code-1", Optional.empty(), BACK, NONCE, VERIFIER);
    assertThat(finish.toString()).doesNotContain("code-1", NONCE, VERIFIER);
    assertThat(new Begin(BACK, "s", "n", "c").toString()).contains("state=•••");
  }

  private SignedIn finish() {
    return finish(Optional.empty());
  }

  private SignedIn finish(Optional<String> issuer) {
    return signIns.finish(new Finish("code-1", issuer, BACK, NONCE, VERIFIER));
  }

  private void give(Consumer<JWTClaimsSet.Builder> change) {
    token = exchange -> TestIssuer.send(exchange, answer(change));
  }

  private String answer(Consumer<JWTClaimsSet.Builder> change) {
    var signed =
        PROVIDER.token(claims -> {
          claims
              .subject("account-of-" + name)
              .claim("nonce", NONCE)
              .claim("preferred_username", name);
          change.accept(claims);
        });
    return "{\"access_token\": \"x\", \"token_type\": \"Bearer\", \"id_token\": \"%s\"}"
        .formatted(signed);
  }

  private List<Audited> rows(String who) {
    return as(
            new Caller("root", "*", Set.of(ADMIN)),
            () -> audit.newest(Name.of("parcels"), 500)) // the installation's are among them
        .stream()
        .filter(row -> row.who().equals(who))
        .toList();
  }

  private static String description() {
    var at = PROVIDER.address();
    return """
    {"issuer": "%s", "authorization_endpoint": "%s/authorize?tenant=a", "token_endpoint": "%s/token",
     "jwks_uri": "%s/keys"}
    """
        .formatted(at, at, at, at);
  }

  private static void refuse(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException {
    return pairs(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static Map<String, String> query(URI address) {
    return pairs(address.getRawQuery());
  }

  private static Map<String, String> pairs(String text) {
    var all = new HashMap<String, String>();
    Arrays.stream(text.split("&"))
        .map(pair -> pair.split("=", 2))
        .forEach(pair -> all.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    return all;
  }
}
