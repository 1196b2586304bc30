package dev.fovea.registry.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.registry.TokenRefused;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Whether an identity token is the issuer's, meant for us and of now. */
final class Verifier {
  static final String USE_GITHUB = "send the token that GitHub Actions gave to this job, unaltered";

  /** GitHub's are 1 to 3 kB. */
  static final int LIMIT_CHARS = 16 * 1024;

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final String FRESH =
      "ask GitHub for a fresh token in the same step, and check this server's clock";

  private final OidcProperties properties;
  private final IssuerKeys keys;
  private final Clock clock;

  Verifier(OidcProperties properties, IssuerKeys keys, Clock clock) {
    this.properties = properties;
    this.keys = keys;
    this.clock = clock;
  }

  /** The verified identity; cheap checks come first, so that junk costs no signature check. */
  Identity verify(String text) {
    var token = SignedToken.read(text, "subject_token", LIMIT_CHARS, USE_GITHUB);
    meantForUs(token.claims());
    ofNow(token);
    var keyId = token.keyId();
    var key =
        keys.find(keyId)
            .orElseThrow(() ->
                new TokenRefused(
                    "kid",
                    keyId,
                    "the id of a key that %s publishes".formatted(properties.issuer()),
                    "%s; keys are fetched again at most every %d s, so try once more after that"
                        .formatted(USE_GITHUB, properties.refetchPause().toSeconds())));
    if (!token.signedBy(key)) {
      throw new TokenRefused("signature", "wrong", "one by the issuer's key " + keyId, USE_GITHUB);
    }
    return Identity.of(token.claims());
  }

  private void meantForUs(JWTClaimsSet claims) {
    if (!properties.issuer().toString().equals(claims.getIssuer())) {
      throw new TokenRefused(
          "iss",
          Objects.toString(claims.getIssuer(), ""),
          properties.issuer().toString(),
          "an administrator sets fovea.registry.oidc.issuer; it is one for the whole installation");
    }
    if (!List.of(properties.audience()).equals(claims.getAudience())) {
      throw new TokenRefused(
          "aud",
          String.join(" ", claims.getAudience()),
          properties.audience(),
          "ask GitHub for it: add '&audience=%s' to ACTIONS_ID_TOKEN_REQUEST_URL"
              .formatted(properties.audience()));
    }
  }

  private void ofNow(SignedToken token) {
    var expires = token.ofNow(clock.instant(), FRESH);
    if (Duration.between(token.issued(FRESH), expires).compareTo(LONGEST) > 0) {
      throw new TokenRefused(
          "exp", expires.toString(), "at most %s after iat".formatted(LONGEST), FRESH);
    }
  }
}
