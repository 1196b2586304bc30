package dev.fovea.registry.login;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.oidc.IssuerKeys;
import dev.fovea.registry.oidc.SignedToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

/**
 * Whether an identity token is the provider's, for this installation, of now and of this very
 * sign-in (OpenID Connect Core 1.0, 3.1.3.7). Its signature is checked although it came straight
 * from the provider.
 */
final class IdentityTokens {
  static final String AGAIN = "sign in again; if it lasts, an administrator checks the provider";

  /** With hundreds of groups a token has some 20 kB. */
  private static final int LIMIT_CHARS = 128 * 1024;

  private final Client client;
  private final IssuerKeys keys;
  private final Clock clock;

  IdentityTokens(Client client, IssuerKeys keys, Clock clock) {
    this.client = client;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * The claims of a token that holds.
   *
   * @param nonce what the sign-in sent to the provider
   * @throws TokenRefused naming the claim that stands against it
   */
  JWTClaimsSet verified(String text, String nonce) {
    var token = SignedToken.read(text, "id_token", LIMIT_CHARS, AGAIN);
    var claims = token.claims();
    if (!client.issuer().toString().equals(claims.getIssuer())) {
      throw refused("iss", Objects.toString(claims.getIssuer(), ""), client.issuer().toString());
    }
    meantForUs(claims);
    token.ofNow(clock.instant(), AGAIN + ", and this server's clock");
    ofThisSignIn(claims, nonce);
    var key =
        keys.find(token.keyId())
            .orElseThrow(
                () -> refused("kid", token.keyId(), "the id of a key that the provider publishes"));
    if (!token.signedBy(key)) {
      throw refused("signature", "wrong", "one by the provider's key " + token.keyId());
    }
    return claims;
  }

  /** A token for several must say that it was given to us. */
  private void meantForUs(JWTClaimsSet claims) {
    var audience = claims.getAudience();
    if (!audience.contains(client.id())) {
      throw refused("aud", String.join(" ", audience), client.id());
    }
    var party = text(claims, "azp");
    boolean ours = party.equals(client.id());
    if (!party.isEmpty() && !ours || party.isEmpty() && !audience.equals(List.of(client.id()))) {
      throw refused("azp", party, client.id());
    }
  }

  private static void ofThisSignIn(JWTClaimsSet claims, String nonce) {
    var found = text(claims, "nonce");
    if (!MessageDigest.isEqual(
        found.getBytes(StandardCharsets.UTF_8), nonce.getBytes(StandardCharsets.UTF_8))) {
      throw refused("nonce", found, "the one of this sign-in");
    }
  }

  private static String text(JWTClaimsSet claims, String name) {
    try {
      return Objects.requireNonNullElse(claims.getStringClaim(name), "");
    } catch (ParseException e) {
      throw refused(name, "no text", "a text");
    }
  }

  private static TokenRefused refused(String claim, String found, String expected) {
    return new TokenRefused(claim, found, expected, AGAIN);
  }
}
