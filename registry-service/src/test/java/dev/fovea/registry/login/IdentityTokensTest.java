package dev.fovea.registry.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.fovea.registry.TestIssuer;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.oidc.IssuerKeys;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is not the provider's token for us, of now and of this sign-in, signs nobody in. */
class IdentityTokensTest {
  private static final String NONCE = "n".repeat(43);

  private final TestIssuer provider = new TestIssuer();
  private final IdentityTokens tokens =
      new IdentityTokens(
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
  void takesAGoodOne() {
    var claims = tokens.verified(token(_ -> {}), NONCE);
    assertThat(claims.getSubject()).isEqualTo("account-1");
    assertThat(tokens.verified(token(c -> c.claim("azp", "fovea")), NONCE)).isNotNull();
    assertThat(
            tokens.verified(
                token(c -> c.audience(List.of("other", "fovea")).claim("azp", "fovea")), NONCE))
        .as("for several, given to us")
        .isNotNull();
  }

  @Test
  void refusesWhatNobodySigned() {
    refused("alg", new PlainJWT(provider.claims(this::ours)).serialize());
  }

  @Test
  void refusesThePublicKeyUsedAsASecret() throws JOSEException {
    for (var secret :
        List.of(
            provider.key().toRSAPublicKey().getEncoded(),
            provider.key().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
      for (var algorithm : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS512)) {
        var jwt =
            new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID("key-1").build(),
                provider.claims(this::ours));
        jwt.sign(new MACSigner(secret));
        refused("alg", jwt.serialize());
      }
    }
  }

  @Test
  void refusesAKeyOfAnotherKindUnderAKnownId() throws JOSEException {
    var key = new ECKeyGenerator(Curve.P_256).keyID("key-1").generate();
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("key-1").jwk(key.toPublicJWK()).build(),
            provider.claims(this::ours));
    jwt.sign(new ECDSASigner(key));
    refused("signature", jwt.serialize());
    refused(
        "signature",
        provider.signed(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("key-1").build(),
            TestIssuer.newKey("key-1"),
            this::ours));
    refused(
        "kid",
        provider.signed(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("../../key").build(),
            provider.key(),
            this::ours));
  }

  @Test
  void refusesAnotherSignInsToken() {
    refused("nonce", token(c -> c.claim("nonce", "m".repeat(43))));
    refused("nonce", token(c -> c.claim("nonce", null)));
    refused("nonce", token(c -> c.claim("nonce", List.of(NONCE))));
    refused("nonce", token(c -> c.claim("nonce", NONCE + " ")));
  }

  @Test
  void refusesWhatIsForSomebodyElse() {
    refused("aud", token(c -> c.audience("another-client")));
    refused("aud", token(c -> c.audience(List.of())));
    refused("azp", token(c -> c.audience(List.of("fovea", "another-client"))));
    refused(
        "azp",
        token(c -> c.audience(List.of("fovea", "another-client")).claim("azp", "another-client")));
    refused("azp", token(c -> c.claim("azp", "another-client")));
  }

  @Test
  void refusesAnotherProviderToTheLetter() {
    refused("iss", token(c -> c.issuer(provider.address() + "/")));
    refused("iss", token(c -> c.issuer("https://accounts.example.com")));
    refused("iss", token(c -> c.issuer(null)));
  }

  @Test
  void refusesTheExpiredTheFutureAndTheTimeless() {
    var now = Instant.now();
    refused("exp", token(c -> c.expirationTime(Date.from(now.minusSeconds(31)))));
    refused("exp", token(c -> c.expirationTime(null)));
    refused("iat", token(c -> c.issueTime(Date.from(now.plusSeconds(60)))));
    refused("iat", token(c -> c.issueTime(null)));
    refused("nbf", token(c -> c.notBeforeTime(Date.from(now.plusSeconds(60)))));
  }

  @Test
  void refusesChangedHugeAndBrokenOnes() {
    var parts = token(_ -> {}).split("\\.");
    var other = token(c -> c.subject("account-2")).split("\\.");
    refused("signature", parts[0] + "." + other[1] + "." + parts[2]);
    refused("signature", parts[0] + "." + parts[1] + ".AAAA");
    refused("id_token", token(c -> c.claim("x", "x".repeat(200_000))));
    refused("id_token", "a.b.c");
    refused("id_token", "");
  }

  private void ours(JWTClaimsSet.Builder claims) {
    claims.subject("account-1").claim("nonce", NONCE);
  }

  private String token(Consumer<JWTClaimsSet.Builder> change) {
    return provider.token(claims -> {
      ours(claims);
      change.accept(claims);
    });
  }

  private void refused(String claim, String token) {
    assertThatThrownBy(() -> tokens.verified(token, NONCE))
        .isInstanceOfSatisfying(
            TokenRefused.class,
            refusal -> {
              assertThat(refusal.claim()).as(refusal.explanation()).isEqualTo(claim);
              assertThat(refusal.remedy()).startsWith("sign in again");
            });
  }
}
