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
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A token that somebody says an issuer signed, read and not yet believed. Only the key's id is
 * taken from its header: keys and places of keys that a token brings ({@code jwk}, {@code jku},
 * {@code x5u}, {@code x5c}) are never looked at.
 *
 * @param keyId of the key that it says it is signed by
 */
public record SignedToken(SignedJWT jwt, JWTClaimsSet claims, String keyId) {
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
  private static final String EXPECTED_ALGORITHM = "RS256 or ES256";
  private static final int KEY_ID_CHARS = 200;
  private static final Duration SKEW = Duration.ofSeconds(30);

  /**
   * Reads it.
   *
   * @param member what it came as, for refusals
   * @param limitChars how long it may be
   * @param fix what to do where it is none
   * @throws TokenRefused where it is no JWT, unsigned, or by an algorithm that is not taken
   */
  public static SignedToken read(String token, String member, int limitChars, String fix) {
    if (token.length() > limitChars) {
      throw new TokenRefused(
          member, token.length() + " characters", "at most %d".formatted(limitChars), fix);
    }
    try {
      var parsed = JWTParser.parse(token);
      if (!(parsed instanceof SignedJWT jwt)) {
        throw new TokenRefused(
            "alg", parsed.getHeader().getAlgorithm().getName(), EXPECTED_ALGORITHM, fix);
      }
      return new SignedToken(jwt, claims(jwt, member, fix), keyId(jwt.getHeader(), fix));
    } catch (ParseException e) {
      throw new TokenRefused(member, "not a JWT", "a signed JWT", fix);
    }
  }

  /**
   * When it expires.
   *
   * @throws TokenRefused where it has expired, is of the future, or does not say
   */
  public Instant ofNow(Instant now, String fix) {
    var expires = instant("exp", Optional.ofNullable(claims.getExpirationTime()), fix);
    var issued = issued(fix);
    if (!now.isBefore(expires.plus(SKEW))) {
      throw new TokenRefused("exp", expires.toString(), "after " + now, fix);
    }
    if (issued.isAfter(now.plus(SKEW))) {
      throw new TokenRefused("iat", issued.toString(), "not after " + now, fix);
    }
    var starts = Optional.ofNullable(claims.getNotBeforeTime()).map(Date::toInstant);
    if (starts.filter(start -> start.isAfter(now.plus(SKEW))).isPresent()) {
      throw new TokenRefused("nbf", starts.get().toString(), "not after " + now, fix);
    }
    return expires;
  }

  /** When it was made. */
  public Instant issued(String fix) {
    return instant("iat", Optional.ofNullable(claims.getIssueTime()), fix);
  }

  /** Whether this key signed it. */
  public boolean signedBy(JWK key) {
    try {
      return jwt.verify(verifier(jwt.getHeader().getAlgorithm(), key));
    } catch (JOSEException e) {
      return false;
    }
  }

  private static JWTClaimsSet claims(SignedJWT jwt, String member, String fix) {
    try {
      return Objects.requireNonNull(jwt.getJWTClaimsSet(), "Nimbus gives one or throws");
    } catch (ParseException | NullPointerException e) {
      throw new TokenRefused(member, "no claims", "a JWT with claims", fix);
    }
  }

  private static String keyId(JWSHeader header, String fix) {
    if (!ALGORITHMS.contains(header.getAlgorithm())) {
      throw new TokenRefused("alg", header.getAlgorithm().getName(), EXPECTED_ALGORITHM, fix);
    }
    if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
      throw new TokenRefused("crit", header.getCriticalParams().toString(), "none", fix);
    }
    var id = header.getKeyID();
    if (id == null || id.isBlank() || id.length() > KEY_ID_CHARS) {
      throw new TokenRefused(
          "kid", Objects.toString(id, ""), "1 to %d characters".formatted(KEY_ID_CHARS), fix);
    }
    return id;
  }

  private static Instant instant(String claim, Optional<Date> value, String fix) {
    return value.map(Date::toInstant).orElseThrow(() -> new TokenRefused(claim, "", "a time", fix));
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
