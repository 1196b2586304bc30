package dev.fovea.registry.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.fovea.registry.Hands;
import dev.fovea.registry.TestIssuer;
import dev.fovea.registry.TokenRefused;
import dev.fovea.roles.ServiceUnavailable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attack case R13: what is not a fresh token by the issuer for us opens nothing. */
class VerifierTest {
  private static final Consumer<JWTClaimsSet.Builder> UNCHANGED = _ -> {};

  /** Shorter than a server's, which SignInsTest waits for; for what has no end alone. */
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(1);

  private final TestIssuer issuer = new TestIssuer();
  private final Hands clock = new Hands();
  private final OidcProperties properties =
      new OidcProperties(
          issuer.address(),
          "fovea",
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          List.of());
  private Verifier verifier = verifier(new IssuerHttp());

  private Verifier verifier(IssuerHttp http) {
    return new Verifier(
        properties,
        new IssuerKeys(
            new IssuerDocuments(issuer.address(), http),
            properties.keysFor(),
            properties.refetchPause(),
            clock),
        clock);
  }

  @AfterEach
  void close() {
    issuer.close();
  }

  @Test
  void readsTheClaimsOfAGoodToken() {
    var identity = verifier.verify(issuer.token(UNCHANGED));
    assertThat(identity.build().repository()).isEqualTo("acme/parcels");
    assertThat(identity.build().repositoryId()).isEqualTo("4711");
    assertThat(identity.build().commit().sha()).isEqualTo("a".repeat(40));
    assertThat(identity.event()).isEqualTo("push");
  }

  @Test
  void refusesATokenThatNobodySigned() {
    refused("alg", new PlainJWT(issuer.claims(UNCHANGED)).serialize());
  }

  @Test
  void refusesThePublicKeyUsedAsAnHmacSecret() throws JOSEException {
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("key-1").build(),
            issuer.claims(UNCHANGED));
    jwt.sign(new MACSigner(issuer.key().toRSAPublicKey().getEncoded()));
    refused("alg", jwt.serialize());
  }

  @Test
  void refusesAnotherKeyUnderAKnownId() {
    refused("signature", issuer.signed(header().build(), TestIssuer.newKey("key-1"), UNCHANGED));
  }

  @Test
  void refusesClaimsThatWereChangedAfterwards() {
    var parts = issuer.token(UNCHANGED).split("\\.");
    var other = issuer.token(c -> c.claim("repository_id", "1")).split("\\.");
    refused("signature", parts[0] + "." + other[1] + "." + parts[2]);
  }

  @Test
  void looksAtNoKeyThatATokenBrings() {
    var forged = TestIssuer.newKey("forged");
    var called = new AtomicInteger();
    issuer.discoverBy(exchange -> {
      called.incrementAndGet();
      TestIssuer.send(exchange, "{}");
    });
    var evil = URI.create(issuer.address() + "/.well-known/openid-configuration");
    assertThatThrownBy(() ->
            verifier.verify(
                issuer.signed(
                    header().jwk(forged.toPublicJWK()).jwkURL(evil).x509CertURL(evil).build(),
                    forged,
                    UNCHANGED)))
        .as("no key of the issuer is known, and those that the token names are not asked for")
        .isInstanceOf(ServiceUnavailable.class);
    assertThat(called).as("the issuer's own discovery, once").hasValue(1);
  }

  @Test
  void refusesAnUnknownExtensionThatClaimsToBeCritical() {
    refused(
        "crit",
        issuer.signed(
            header().criticalParams(java.util.Set.of("b64")).base64URLEncodePayload(true).build(),
            issuer.key(),
            UNCHANGED));
  }

  @Test
  void refusesATokenWithoutAKeyId() {
    refused(
        "kid",
        issuer.signed(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), issuer.key(), UNCHANGED));
  }

  @Test
  void refusesAnotherIssuerOrAudienceToTheLetter() {
    refused("iss", issuer.token(c -> c.issuer(issuer.address() + "/")));
    refused("aud", issuer.token(c -> c.audience("fovea2")));
    refused("aud", issuer.token(c -> c.audience(List.of("fovea", "sts.amazonaws.com"))));
    refused("aud", issuer.token(c -> c.audience(List.of())));
  }

  @Test
  void refusesTheExpiredTheFutureAndTheEndless() {
    var now = Instant.now();
    refused("exp", issuer.token(c -> c.expirationTime(Date.from(now.minusSeconds(31)))));
    refused("iat", issuer.token(c -> c.issueTime(Date.from(now.plusSeconds(60)))));
    refused("nbf", issuer.token(c -> c.notBeforeTime(Date.from(now.plusSeconds(60)))));
    refused("exp", issuer.token(c -> c.expirationTime(Date.from(now.plusSeconds(7_200)))));
    refused("exp", issuer.token(c -> c.expirationTime(null)));
    refused("iat", issuer.token(c -> c.issueTime(null)));
  }

  @Test
  void refusesMissingOversizedAndMistypedClaims() {
    refused("sha", issuer.token(c -> c.claim("sha", null)));
    refused("sha", issuer.token(c -> c.claim("sha", "main")));
    refused("jti", issuer.token(c -> c.jwtID(null)));
    refused("repository_id", issuer.token(c -> c.claim("repository_id", List.of("4711"))));
    refused("ref", issuer.token(c -> c.claim("ref", "r".repeat(300))));
  }

  @Test
  void refusesHugeAndBrokenTexts() {
    refused("subject_token", issuer.token(c -> c.claim("x", "x".repeat(20_000))));
    refused("subject_token", "a.b.c");
    refused("subject_token", "");
  }

  @Test
  void followsARotationAndForgetsTheOldKey() {
    var old = issuer.key();
    verifier.verify(issuer.token(UNCHANGED));
    issuer.rotate("key-2");
    clock.forward(Duration.ofSeconds(31));
    assertThat(verifier.verify(issuer.token(this::now)).id()).isNotEmpty();
    refused("kid", issuer.signed(header().build(), old, this::now));
  }

  @Test
  void aFloodOfUnknownKeyIdsFetchesOnce() {
    verifier.verify(issuer.token(UNCHANGED));
    clock.forward(Duration.ofSeconds(31));
    for (int i = 0; i < 50; i++) {
      var id = "made-up-" + i;
      refused(
          "kid",
          issuer.signed(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(id).build(),
              issuer.key(),
              this::now));
    }
    assertThat(issuer.keysFetched()).isEqualTo(2);
  }

  @Test
  void goesOnWithItsKeysForADayWhileTheIssuerIsAway() {
    verifier.verify(issuer.token(UNCHANGED));
    issuer.close();
    clock.forward(Duration.ofHours(23));
    assertThat(verifier.verify(issuer.token(this::now)).id()).isNotEmpty();
    clock.forward(Duration.ofHours(2));
    assertThatThrownBy(() -> verifier.verify(issuer.token(this::now)))
        .isInstanceOf(ServiceUnavailable.class);
  }

  @Test
  void anIssuerThatRedirectsInsideOrAnswersWithoutEndIsNotFollowed() {
    verifier = verifier(new IssuerHttp(SHORT_PATIENCE));
    var inside = new AtomicInteger();
    issuer.discoverBy(exchange -> {
      inside.incrementAndGet();
      exchange.getResponseHeaders().add("Location", issuer.address() + "/keys");
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    });
    unavailable();
    issuer.discoverBy(exchange ->
        TestIssuer.send(
            exchange,
            """
            {"issuer": "%s", "jwks_uri": "http://169.254.169.254/latest"}
            """
                .formatted(issuer.address())));
    unavailable();
    issuer.discoverBy(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try (var out = exchange.getResponseBody()) {
        for (int i = 0; i < 1_000; i++) {
          out.write(new byte[64 * 1024]);
        }
      }
    });
    unavailable();
    issuer.discoverBy(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
    });
    var begun = System.nanoTime();
    unavailable();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    assertThat(issuer.keysFetched()).isZero();
    assertThat(inside).hasValue(1);
  }

  private void unavailable() {
    assertThatThrownBy(() -> verifier.verify(issuer.token(this::now)))
        .isInstanceOf(ServiceUnavailable.class);
    clock.forward(Duration.ofSeconds(31));
  }

  private JWSHeader.Builder header() {
    return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("key-1");
  }

  /** Times as the test's clock has them. */
  private void now(JWTClaimsSet.Builder claims) {
    claims
        .issueTime(Date.from(clock.instant()))
        .notBeforeTime(Date.from(clock.instant()))
        .expirationTime(Date.from(clock.instant().plusSeconds(300)));
  }

  private void refused(String claim, String token) {
    assertThatThrownBy(() -> verifier.verify(token))
        .isInstanceOfSatisfying(
            TokenRefused.class,
            refusal -> {
              assertThat(refusal.claim()).as(refusal.explanation()).isEqualTo(claim);
              assertThat(refusal.remedy()).isNotBlank();
            });
  }
}
