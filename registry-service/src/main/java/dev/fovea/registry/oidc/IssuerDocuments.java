package dev.fovea.registry.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;

/**
 * What the issuer publishes: its discovery document and its keys. No redirect is followed and the
 * keys must be where the issuer is, so that no answer leads this server elsewhere.
 */
final class IssuerDocuments implements IssuerKeys.Source {
  private final URI issuer;
  private final IssuerHttp http;

  IssuerDocuments(URI issuer) {
    this(issuer, new IssuerHttp());
  }

  IssuerDocuments(URI issuer, IssuerHttp http) {
    this.issuer = issuer;
    this.http = http;
  }

  @Override
  public JWKSet load() throws IOException {
    var discovery =
        URI.create(issuer.toString().replaceAll("/$", "") + "/.well-known/openid-configuration");
    try {
      var document = IssuerHttp.json(http.get(discovery));
      var named = document.path("issuer").asString("");
      if (!named.equals(issuer.toString())) {
        throw new IOException("%s names the issuer '%s'".formatted(discovery, Text.excerpt(named)));
      }
      var keys = URI.create(document.path("jwks_uri").asString(""));
      if (!sameOrigin(keys)) {
        throw new IOException(
            "%s has its keys at %s (expected: on the same host)"
                .formatted(discovery, Text.excerpt(keys.toString())));
      }
      return JWKSet.parse(http.get(keys));
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException("%s: not what OpenID Connect publishes".formatted(discovery), e);
    }
  }

  private boolean sameOrigin(URI other) {
    return issuer.getScheme().equalsIgnoreCase(other.getScheme())
        && issuer.getHost().equalsIgnoreCase(other.getHost())
        && issuer.getPort() == other.getPort()
        && other.getUserInfo() == null;
  }
}
