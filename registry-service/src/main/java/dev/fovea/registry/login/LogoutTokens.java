package dev.fovea.registry.login;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.oidc.IssuerKeys;
import dev.fovea.registry.oidc.SignedToken;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a logout token is the provider's, for this installation and of now (OpenID Connect
 * Back-Channel Logout 1.0, 2.6). An identity token is none, and a logout token is no identity
 * token: one must have a nonce, the other must not.
 */
final class LogoutTokens {
  static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

  /** They have a dozen claims. */
  static final int LIMIT_CHARS = 16 * 1024;

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int VALUE_CHARS = 256;
  private static final String FIX =
      "send the provider's logout token as it is, once; an administrator compares the provider's settings with docs/sign-in.md";

  private final Client client;
  private final IssuerKeys keys;
  private final Clock clock;

  LogoutTokens(Client client, IssuerKeys keys, Clock clock) {
    this.client = client;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * What a token that holds says. Cheap checks come first: anybody can send one.
   *
   * @throws TokenRefused naming the claim that stands against it
   */
  LogoutToken verified(String text) {
    var token = SignedToken.read(text, "logout_token", LIMIT_CHARS, FIX);
    var claims = token.claims();
    typed(token.jwt().getHeader().getType());
    if (!client.issuer().toString().equals(claims.getIssuer())) {
      throw refused("iss", Objects.toString(claims.getIssuer(), ""), client.issuer().toString());
    }
    // One for several would end sessions here that were ended elsewhere.
    if (!List.of(client.id()).equals(claims.getAudience())) {
      throw refused("aud", String.join(" ", claims.getAudience()), client.id() + " alone");
    }
    var expires = token.ofNow(clock.instant(), FIX);
    var issued = token.issued(FIX);
    if (Duration.between(issued, expires).compareTo(LONGEST) > 0) {
      throw refused("exp", expires.toString(), "at most %s after iat".formatted(LONGEST));
    }
    aboutALogout(claims);
    var said =
        new LogoutToken(
            text(claims, "jti").orElseThrow(() -> refused("jti", "", "an id")),
            text(claims, "sub"),
            text(claims, "sid"),
            issued);
    if (said.account().isEmpty() && said.session().isEmpty()) {
      throw refused("sub", "", "it, or sid");
    }
    signed(token);
    return said;
  }

  static TokenRefused replayed(String id) {
    return refused("jti", id, "a token that did not come before");
  }

  private static void typed(@Nullable JOSEObjectType type) {
    var name = type == null ? "" : type.getType().toLowerCase(Locale.ROOT);
    if (!List.of("", "jwt", "logout+jwt", "application/logout+jwt").contains(name)) {
      throw refused("typ", name, "logout+jwt");
    }
  }

  private static void aboutALogout(JWTClaimsSet claims) {
    boolean logout =
        claims.getClaim("events") instanceof Map<?, ?> events
            && events.get(EVENT) instanceof Map<?, ?>;
    if (!logout) {
      throw refused(
          "events", Objects.toString(claims.getClaim("events"), ""), "an object with " + EVENT);
    }
    // Whatever it is: null counts as well.
    if (claims.getClaims().containsKey("nonce")) {
      throw refused("nonce", Objects.toString(claims.getClaim("nonce"), "null"), "none");
    }
  }

  private void signed(SignedToken token) {
    var key =
        keys.find(token.keyId())
            .orElseThrow(
                () -> refused("kid", token.keyId(), "the id of a key that the provider publishes"));
    if (!token.signedBy(key)) {
      throw refused("signature", "wrong", "one by the provider's key " + token.keyId());
    }
  }

  /** Empty where there is none. One that is there and cannot be is no reason to end others. */
  private static Optional<String> text(JWTClaimsSet claims, String name) {
    if (claims.getClaim(name) == null) {
      return Optional.empty();
    }
    try {
      var value = Objects.requireNonNullElse(claims.getStringClaim(name), "");
      if (value.isBlank() || value.length() > VALUE_CHARS) {
        throw refused(
            name, value.length() + " characters", "1 to %d, not all blank".formatted(VALUE_CHARS));
      }
      return Optional.of(value);
    } catch (ParseException e) {
      throw refused(name, "no text", "a text");
    }
  }

  private static TokenRefused refused(String claim, String found, String expected) {
    return new TokenRefused(claim, found, expected, FIX);
  }
}
