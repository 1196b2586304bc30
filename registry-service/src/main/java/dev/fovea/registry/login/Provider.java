package dev.fovea.registry.login;

import com.nimbusds.jose.jwk.JWKSet;
import dev.fovea.kernel.Text;
import dev.fovea.registry.oidc.IssuerHttp;
import dev.fovea.registry.oidc.IssuerKeys;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The provider as it describes itself (OpenID Connect Discovery 1.0). Asked when first needed, and
 * again after an hour; while it does not answer, once in ten seconds, and what it said before holds
 * for a day.
 */
final class Provider implements IssuerKeys.Source {
  /**
   * What it says.
   *
   * @param authorization where browsers go
   * @param token where codes are redeemed
   * @param keys where its keys are
   * @param namesItself whether it says who it is when a browser comes back (RFC 9207)
   * @param secretInBody whether it takes a client's secret in a form alone
   * @param userInfo where it says more of people
   * @param endSession where browsers sign out
   */
  record Description(
      URI authorization,
      URI token,
      URI keys,
      boolean namesItself,
      boolean secretInBody,
      Optional<URI> userInfo,
      Optional<URI> endSession) {}

  private record Kept(Description description, Instant at) {}

  private static final Logger LOG = LoggerFactory.getLogger(Provider.class);
  private static final Duration FRESH = Duration.ofHours(1);
  private static final Duration WITHOUT_PROVIDER = Duration.ofDays(1);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final URI issuer;
  private final IssuerHttp http;
  private final Clock clock;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable Kept kept;
  private Instant notBefore = Instant.MIN;

  Provider(URI issuer, IssuerHttp http, Clock clock) {
    this.issuer = issuer;
    this.http = http;
    this.clock = clock;
  }

  /**
   * What it says of itself.
   *
   * @throws ServiceUnavailable while it has not answered
   */
  Description description() {
    var known = kept;
    return known != null && within(known, FRESH) ? known.description() : asked().description();
  }

  @Override
  public JWKSet load() throws IOException {
    try {
      return JWKSet.parse(http.get(description().keys()));
    } catch (ParseException e) {
      throw new IOException("%s: no keys".formatted(description().keys()), e);
    }
  }

  private Kept asked() {
    asking.lock();
    try {
      var known = kept;
      var now = clock.instant();
      if ((known == null || !within(known, FRESH)) && !now.isBefore(notBefore)) {
        notBefore = now.plus(PAUSE);
        ask(now);
      }
      var present = kept;
      if (present == null || !within(present, WITHOUT_PROVIDER)) {
        throw new ServiceUnavailable(
            "identity provider",
            "%s does not say how to sign in".formatted(issuer),
            "try again in %d s; the log of the registry says why, and './fovea open' signs in without it"
                .formatted(PAUSE.toSeconds()));
      }
      return present;
    } finally {
      asking.unlock();
    }
  }

  private void ask(Instant now) {
    var from =
        URI.create(issuer.toString().replaceAll("/$", "") + "/.well-known/openid-configuration");
    try {
      kept = new Kept(read(IssuerHttp.json(http.get(from)), from), now);
    } catch (IOException e) {
      LOG.warn("the identity provider's description could not be read: {}", e.getMessage());
    }
  }

  private Description read(JsonNode document, URI from) throws IOException {
    var named = document.path("issuer").asString("");
    if (!named.equals(issuer.toString())) {
      throw new IOException(
          "%s names the issuer '%s' (expected: '%s', to the letter)"
              .formatted(from, Text.excerpt(named), issuer));
    }
    var methods = document.path("token_endpoint_auth_methods_supported");
    return new Description(
        address(document, "authorization_endpoint"),
        address(document, "token_endpoint"),
        address(document, "jwks_uri"),
        document.path("authorization_response_iss_parameter_supported").asBoolean(false),
        methods.isArray()
            && methods.valueStream().noneMatch(m -> m.asString("").equals("client_secret_basic"))
            && methods.valueStream().anyMatch(m -> m.asString("").equals("client_secret_post")),
        optional(document, "userinfo_endpoint"),
        optional(document, "end_session_endpoint"));
  }

  /** What people can sign in without keeps nobody from it. */
  private Optional<URI> optional(JsonNode document, String member) {
    if (document.path(member).asString("").isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(address(document, member));
    } catch (IOException e) {
      LOG.warn("the identity provider's description: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Elsewhere than the issuer is allowed, as large providers do it; in the clear is not. */
  private URI address(JsonNode document, String member) throws IOException {
    var address = address(document.path(member).asString(""), member);
    boolean asSafe = "https".equals(address.getScheme()) || "http".equals(issuer.getScheme());
    if (!IssuerHttp.isSafe(address) || !asSafe) {
      throw new IOException(
          "%s: '%s' (expected: an https address)"
              .formatted(member, Text.excerpt(address.toString())));
    }
    return address;
  }

  private static URI address(String text, String member) throws IOException {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: '%s' is no address".formatted(member, Text.excerpt(text)), e);
    }
  }

  private boolean within(Kept known, Duration age) {
    return clock.instant().isBefore(known.at().plus(age));
  }
}
