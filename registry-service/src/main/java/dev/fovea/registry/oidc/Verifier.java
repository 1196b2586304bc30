package dev.fovea.registry.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import dev.fovea.registry.TokenRefused;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Whether an identity token is the issuer's, meant for us and of now. Only the key's id is taken
 * from a header: keys and places of keys that a token brings ({@code jwk}, {@code jku}, {@code
 * x5u}, {@code x5c}) are never looked at.
 */
final class Verifier {
  static final String USE_GITHUB = "send the token that GitHub Actions gave to this job, unaltered";

  /** GitHub's are 1 to 3 kB. */
  static final int LIMIT_CHARS = 16 * 1024;

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
  private static final int KEY_ID_CHARS = 200;
  private static final Duration SKEW = Duration.ofSeconds(30);
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
  Identity verify(String token) {
    var jwt = signed(token);
    var claims = claims(jwt);
    var keyId = header(jwt.getHeader());
    meantForUs(claims);
    ofNow(claims);
    var key =
        keys.find(keyId)
            .orElseThrow(() ->
                new TokenRefused(
                    "kid",
                    keyId,
                    "the id of a key that %s publishes".formatted(properties.issuer()),
                    "%s; keys are fetched again at most every %d s, so try once more after that"
                        .formatted(USE_GITHUB, properties.refetchPause().toSeconds())));
    if (!verifies(jwt, key)) {
      throw new TokenRefused("signature", "wrong", "one by the issuer's key " + keyId, USE_GITHUB);
    }
    return Identity.of(claims);
  }

  private static SignedJWT signed(String token) {
    if (token.length() > LIMIT_CHARS) {
      throw new TokenRefused(
          "subject_token",
          token.length() + " characters",
          "at most %d".formatted(LIMIT_CHARS),
          USE_GITHUB);
    }
    try {
      var parsed = JWTParser.parse(token);
      if (parsed instanceof SignedJWT jwt) {
        return jwt;
      }
      throw new TokenRefused(
          "alg", parsed.getHeader().getAlgorithm().getName(), "RS256 or ES256", USE_GITHUB);
    } catch (ParseException e) {
      throw new TokenRefused("subject_token", "not a JWT", "a signed JWT", USE_GITHUB);
    }
  }

  private static JWTClaimsSet claims(SignedJWT jwt) {
    try {
      return Objects.requireNonNull(jwt.getJWTClaimsSet(), "Nimbus gives one or throws");
    } catch (ParseException | NullPointerException e) {
      throw new TokenRefused("subject_token", "no claims", "a JWT with claims", USE_GITHUB);
    }
  }

  private static String header(JWSHeader header) {
    if (!ALGORITHMS.contains(header.getAlgorithm())) {
      throw new TokenRefused("alg", header.getAlgorithm().getName(), "RS256 or ES256", USE_GITHUB);
    }
    if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
      throw new TokenRefused("crit", header.getCriticalParams().toString(), "none", USE_GITHUB);
    }
    var id = header.getKeyID();
    if (id == null || id.isBlank() || id.length() > KEY_ID_CHARS) {
      throw new TokenRefused(
          "kid",
          Objects.toString(id, ""),
          "1 to %d characters".formatted(KEY_ID_CHARS),
          USE_GITHUB);
    }
    return id;
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

  private void ofNow(JWTClaimsSet claims) {
    var now = clock.instant();
    var expires = instant("exp", Optional.ofNullable(claims.getExpirationTime()));
    var issued = instant("iat", Optional.ofNullable(claims.getIssueTime()));
    if (!now.isBefore(expires.plus(SKEW))) {
      throw new TokenRefused("exp", expires.toString(), "after " + now, FRESH);
    }
    if (issued.isAfter(now.plus(SKEW))) {
      throw new TokenRefused("iat", issued.toString(), "not after " + now, FRESH);
    }
    var starts = Optional.ofNullable(claims.getNotBeforeTime()).map(Date::toInstant);
    if (starts.filter(start -> start.isAfter(now.plus(SKEW))).isPresent()) {
      throw new TokenRefused("nbf", starts.get().toString(), "not after " + now, FRESH);
    }
    if (Duration.between(issued, expires).compareTo(LONGEST) > 0) {
      throw new TokenRefused(
          "exp", expires.toString(), "at most %s after iat".formatted(LONGEST), FRESH);
    }
  }

  private static Instant instant(String claim, Optional<Date> value) {
    return value
        .map(Date::toInstant)
        .orElseThrow(() -> new TokenRefused(claim, "", "a time", USE_GITHUB));
  }

  private static boolean verifies(SignedJWT jwt, JWK key) {
    try {
      return jwt.verify(verifier(jwt.getHeader().getAlgorithm(), key));
    } catch (JOSEException e) {
      return false;
    }
  }

  /** The key's kind decides which check is made, never the token alone. */
  private static JWSVerifier verifier(JWSAlgorithm algorithm, JWK key) throws JOSEException {
    return switch (key) {
      case RSAKey rsa when algorithm.equals(JWSAlgorithm.RS256) -> new RSASSAVerifier(rsa);
      case ECKey ec when algorithm.equals(JWSAlgorithm.ES256) -> new ECDSAVerifier(ec);
      default -> throw new JOSEException("the key is not one for " + algorithm);
    };
  }
}
