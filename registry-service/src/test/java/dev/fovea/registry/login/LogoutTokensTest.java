package dev.fovea.registry.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.fovea.registry.TestIssuer;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.oidc.IssuerKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is not the provider's own word about a logout, to us and of now, ends nobody's session. */
class LogoutTokensTest {
  private final TestIssuer provider = new TestIssuer();
  private final LogoutTokens tokens =
      new LogoutTokens(
          new Client(provider.address(), "fovea", Optional.empty()),
          new IssuerKeys(
              () -> new JWKSet(provider.key().toPublicJWK()),
              Duration.ofHours(1),
              Duration.ofSeconds(30),
              Clock.systemUTC()),
          Clock.systemUTC());

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void takesTheProvidersWord() {
    var word = tokens.verified(token(claims -> claims.jwtID("id-1").claim("sid", "s-1")));
    assertThat(word.id()).isEqualTo("id-1");
    assertThat(word.account()).contains("account-1");
    assertThat(word.session()).contains("s-1");
    assertThat(tokens.verified(token(claims -> claims.subject(null).claim("sid", "s-1"))).account())
        .as("a session alone")
        .isEmpty();
    for (var type : List.of("JWT", "logout+jwt")) {
      assertThat(tokens.verified(typed(type)).account()).as(type).contains("account-1");
    }
  }

  @Test
  void refusesTheForged() throws JOSEException {
    refused("alg", new PlainJWT(provider.claims(this::ours)).serialize());
    var hmac =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("key-1").build(),
            provider.claims(this::ours));
    hmac.sign(new MACSigner(provider.key().toRSAPublicKey().getEncoded()));
    refused("alg", hmac.serialize());
    var header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("key-1").build();
    refused("signature", provider.signed(header, TestIssuer.newKey("key-1"), this::ours));
    refused(
        "kid",
        provider.signed(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("other").build(),
            provider.key(),
            this::ours));
    var parts = token(_ -> {}).split("\\.");
    var other = token(claims -> claims.subject("account-2")).split("\\.");
    refused("signature", parts[0] + "." + other[1] + "." + parts[2]);
    refused("logout_token", "");
    refused("logout_token", "x.y.z");
  }

  @Test
  void refusesWhatIsForOthersOrOfOthers() {
    refused("iss", token(claims -> claims.issuer("https://id.example")));
    refused("iss", token(claims -> claims.issuer(null)));
    refused("aud", token(claims -> claims.audience("another-client")));
    refused("aud", token(claims -> claims.audience(List.of("fovea", "another-client"))));
    refused("aud", token(claims -> claims.audience(List.of())));
  }

  @Test
  void refusesTheExpiredTheFutureAndTheEndless() {
    var now = Instant.now();
    refused("exp", token(claims -> claims.expirationTime(Date.from(now.minusSeconds(31)))));
    refused("exp", token(claims -> claims.expirationTime(null)));
    refused("exp", token(claims -> claims.expirationTime(Date.from(now.plusSeconds(3_700)))));
    refused("iat", token(claims -> claims.issueTime(Date.from(now.plusSeconds(60)))));
    refused("iat", token(claims -> claims.issueTime(null)));
  }

  @Test
  void refusesAnIdentityTokenAndWhateverElseIsNoLogout() {
    refused("nonce", token(claims -> claims.claim("nonce", "n".repeat(43))));
    refused("nonce", token(claims -> claims.claim("nonce", 7)));
    refused("events", token(claims -> claims.claim("events", null)));
    refused("events", token(claims -> claims.claim("events", LogoutTokens.EVENT)));
    refused("events", token(claims -> claims.claim("events", Map.of("urn:other", Map.of()))));
    refused("events", token(claims -> claims.claim("events", Map.of(LogoutTokens.EVENT, true))));
    refused("typ", typed("at+jwt"));
  }

  @Test
  void refusesWhatNamesNobodyOrHasNoId() {
    refused("sub", token(claims -> claims.subject(null)));
    refused("sub", token(claims -> claims.subject(" ")));
    refused("sub", token(claims -> claims.subject("s".repeat(257))));
    refused("sid", token(claims -> claims.claim("sid", List.of("s-1"))));
    refused("sid", token(claims -> claims.claim("sid", "")));
    refused("jti", token(claims -> claims.jwtID(null)));
    refused("jti", token(claims -> claims.jwtID("i".repeat(257))));
  }

  @Test
  void refusesTheHugeWithoutReadingIt() {
    refused("logout_token", token(claims -> claims.claim("x", "x".repeat(20_000))));
  }

  private void refused(String claim, String token) {
    assertThatThrownBy(() -> tokens.verified(token))
        .isInstanceOfSatisfying(
            TokenRefused.class, refusal -> assertThat(refusal.claim()).isEqualTo(claim));
  }

  private String token(Consumer<JWTClaimsSet.Builder> change) {
    return provider.token(claims -> {
      ours(claims);
      change.accept(claims);
    });
  }

  private String typed(String type) {
    return provider.signed(
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID("key-1")
            .type(new JOSEObjectType(type))
            .build(),
        provider.key(),
        this::ours);
  }

  private void ours(JWTClaimsSet.Builder claims) {
    claims.subject("account-1").claim("events", Map.of(LogoutTokens.EVENT, Map.of()));
  }
}
