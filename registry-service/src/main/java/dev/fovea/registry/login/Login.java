package dev.fovea.registry.login;

import dev.fovea.kernel.Caller;
import dev.fovea.registry.SignIns.Begin;
import dev.fovea.registry.SignIns.Finish;
import dev.fovea.registry.SignIns.Offer;
import dev.fovea.registry.SignIns.SignedIn;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.access.Subject;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.ServiceUnavailable;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** One provider's sign-in: the authorization code flow with a verifier, a nonce and a state. */
final class Login {
  /** Of those that wait for the provider at the same time: anybody can begin a sign-in. */
  private static final int MOST_AT_ONCE = 32;

  /** Of an ID token in an address. */
  private static final int LONGEST_HINT = 4_096;

  private final LoginProperties properties;
  private final Client client;
  private final Provider provider;
  private final Codes codes;
  private final IdentityTokens tokens;
  private final Rights rights;
  private final Optional<UserInfo> userInfo;
  private final Admissions admissions;
  private final ProviderSessions sessions;
  private final Clock clock;
  private final Semaphore waiting = new Semaphore(MOST_AT_ONCE);

  Login(
      LoginProperties properties,
      Client client,
      Provider provider,
      Codes codes,
      IdentityTokens tokens,
      Optional<UserInfo> userInfo,
      Admissions admissions,
      ProviderSessions sessions,
      Clock clock) {
    this.properties = properties;
    this.client = client;
    this.provider = provider;
    this.codes = codes;
    this.tokens = tokens;
    this.rights = new Rights(properties.claim(), properties.grants());
    this.userInfo = userInfo;
    this.admissions = admissions;
    this.sessions = sessions;
    this.clock = clock;
  }

  Offer offer() {
    return new Offer(properties.label());
  }

  /** Where the provider asks who the person is. */
  URI start(Begin begin) {
    var query = new LinkedHashMap<String, String>();
    query.put("response_type", "code");
    query.put("client_id", client.id());
    query.put("redirect_uri", begin.redirect().toString());
    query.put("scope", String.join(" ", properties.scopes()));
    query.put("state", begin.state());
    query.put("nonce", begin.nonce());
    query.put("code_challenge", begin.challenge());
    query.put("code_challenge_method", "S256");
    var at = provider.description().authorization();
    return URI.create(
        at
            + (at.getRawQuery() == null ? "?" : "&")
            + query.entrySet().stream()
                .map(field ->
                    field.getKey()
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&")));
  }

  /** Who came back, and what they may do. */
  SignedIn finish(Finish finish) {
    if (!waiting.tryAcquire()) {
      throw new ServiceUnavailable(
          "identity provider",
          "%d sign-ins wait for it (at most %d)".formatted(MOST_AT_ONCE, MOST_AT_ONCE),
          "sign in again in a moment");
    }
    try {
      sentBy(finish.issuer());
      return judged(codes.redeem(finish), finish.nonce());
    } finally {
      waiting.release();
    }
  }

  /** The answer of another provider is not taken to this one (RFC 9207). */
  private void sentBy(Optional<String> issuer) {
    var expected = client.issuer().toString();
    boolean silent = issuer.isEmpty() && !provider.description().namesItself();
    if (!silent && !issuer.equals(Optional.of(expected))) {
      throw new TokenRefused("iss", issuer.orElse(""), expected, IdentityTokens.AGAIN);
    }
  }

  /** From here on the provider has vouched for the answer, so that refusals are worth a row. */
  private SignedIn judged(Codes.Redeemed redeemed, String nonce) {
    var who = client.issuer().toString();
    try {
      var token = tokens.verified(redeemed.identity(), nonce);
      var claims =
          new Claims(userInfo.map(more -> more.complete(token, redeemed.access())).orElse(token));
      var name = name(claims);
      who = name;
      var account =
          claims
              .account()
              .orElseThrow(
                  () -> new TokenRefused("sub", "", "1 to 256 characters", IdentityTokens.AGAIN));
      var person = Caller.of(name, rights.of(claims, name));
      admissions.admit(person, client.issuer(), account);
      var until = clock.instant().plus(properties.lasts());
      var session =
          sessions.keep(
              new ProviderSessions.SignIn(
                  client.issuer(),
                  account,
                  claims.text("sid"),
                  name,
                  token.getIssueTime().toInstant(),
                  until,
                  hint(redeemed.identity())));
      return new SignedIn(person, until, session);
    } catch (TokenRefused | NotAllowed e) {
      admissions.refuse(who, client.issuer(), e.explanation());
      throw e;
    }
  }

  /** One that is too long for an address is left out: the provider then asks the person. */
  private Optional<String> hint(String token) {
    return Optional.of(token)
        .filter(_ -> properties.endSession())
        .filter(text -> text.length() <= LONGEST_HINT);
  }

  private String name(Claims claims) {
    var claim = properties.nameClaim();
    var name =
        claims
            .text(claim)
            .orElseThrow(() ->
                new TokenRefused(
                    claim,
                    "",
                    "a text" + (claim.equals("email") ? ", and email_verified true" : ""),
                    "an administrator sets fovea.auth.login.name-claim to one of the token's claims, which are %s"
                        .formatted(claims.names())));
    if (!Subject.isPerson(name)) {
      throw new TokenRefused(
          claim,
          name,
          Subject.EXPECTED + ", and no name that Fovea uses itself",
          "an administrator sets fovea.auth.login.name-claim to another claim");
    }
    return name;
  }
}
