package dev.fovea.registry.login;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.oidc.IssuerHttp;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.text.ParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims that the ID token lacks, from the provider's UserInfo (OpenID Connect Core 1.0, 5.3).
 * Nothing there changes what the token says: it is signed, this is not.
 */
final class UserInfo {
  private static final Logger LOG = LoggerFactory.getLogger(UserInfo.class);

  /** Of the sign-in and not of the person: only the token's own count. */
  private static final Set<String> OF_THE_TOKEN =
      Set.of("iss", "aud", "sub", "exp", "iat", "nbf", "jti", "nonce", "azp", "sid");

  /** An address is verified by whoever says it. */
  private static final Set<String> ADDRESS = Set.of("email", "email_verified");

  private final Provider provider;
  private final IssuerHttp http;
  private final Set<String> wanted;

  /**
   * @param wanted the claims that a token is complete with; dots lead into objects
   */
  UserInfo(Provider provider, IssuerHttp http, Set<String> wanted) {
    this.provider = provider;
    this.http = http;
    this.wanted = Set.copyOf(wanted);
  }

  /**
   * The claims, with what they lack.
   *
   * @param claims of a verified ID token
   * @param access what was given with it
   * @throws TokenRefused where the answer is about somebody else, or is none
   * @throws ServiceUnavailable where the provider does not answer
   */
  JWTClaimsSet complete(JWTClaimsSet claims, Optional<String> access) {
    var known = new Claims(claims);
    if (wanted.stream().noneMatch(known::lacks)) {
      return claims;
    }
    var more = ask(access);
    var subject = Objects.requireNonNullElse(claims.getSubject(), "");
    if (subject.isEmpty() || !subject.equals(more.getSubject())) {
      // 5.3.4: what is about another account must not be used.
      throw refused("sub", Objects.requireNonNullElse(more.getSubject(), ""), subject);
    }
    var whole = new JWTClaimsSet.Builder(claims);
    boolean address = ADDRESS.stream().anyMatch(claims.getClaims()::containsKey);
    more.getClaims()
        .forEach((name, value) -> {
          boolean ours =
              claims.getClaims().containsKey(name)
                  || OF_THE_TOKEN.contains(name)
                  || (address && ADDRESS.contains(name));
          if (!ours) {
            whole.claim(name, value);
          }
        });
    return whole.build();
  }

  private JWTClaimsSet ask(Optional<String> access) {
    var from =
        provider
            .description()
            .userInfo()
            .orElseThrow(() -> unavailable("it publishes no userinfo_endpoint that can be used"));
    var token =
        access.orElseThrow(() -> refused("access_token", "", "one, beside the identity token"));
    try {
      var answer = http.send(request(from, token));
      if (answer.status() != 200) {
        throw new IOException("%s answered %d".formatted(from, answer.status()));
      }
      // Of a bounded depth, before the other reader has it.
      if (!IssuerHttp.json(answer.body()).isObject()) {
        throw new IOException(from + " answered no object");
      }
      return JWTClaimsSet.parse(answer.body());
    } catch (ParseException e) {
      throw refused("userinfo", "not what OpenID Connect has", "an object of claims");
    } catch (IOException e) {
      LOG.warn("the identity provider's UserInfo could not be had: {}", e.getMessage());
      throw unavailable("its UserInfo gave no answer that can be used");
    }
  }

  private static HttpRequest.Builder request(URI from, String token) {
    try {
      return HttpRequest.newBuilder(from).header("Authorization", "Bearer " + token);
    } catch (IllegalArgumentException e) {
      throw refused("access_token", "unprintable", "a token of RFC 6750");
    }
  }

  private static ServiceUnavailable unavailable(String what) {
    return new ServiceUnavailable(
        "identity provider",
        what,
        "sign in again in a moment; an administrator puts the claims into the ID token, or looks at fovea.auth.login.user-info and the registry's log");
  }

  private static TokenRefused refused(String claim, String found, String expected) {
    return new TokenRefused(claim, found, expected, IdentityTokens.AGAIN);
  }
}
