package dev.fovea.registry.login;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import dev.fovea.registry.SignIns.Leave;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.audit.Acts;
import dev.fovea.roles.Callers;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** The ends of sign-ins: by the person, here and at the provider, and by the provider. */
final class SignOuts {
  private static final Logger LOG = LoggerFactory.getLogger(SignOuts.class);
  private static final String ACT = "signed out by the identity provider";

  private final boolean thereToo;
  private final Client client;
  private final Provider provider;
  private final ProviderSessions sessions;
  private final LogoutTokens tokens;
  private final Acts acts;
  private final TransactionTemplate transaction;

  /**
   * @param thereToo whether whoever signs out here is sent to the provider to sign out as well
   */
  SignOuts(
      boolean thereToo,
      Client client,
      Provider provider,
      ProviderSessions sessions,
      LogoutTokens tokens,
      Acts acts,
      TransactionTemplate transaction) {
    this.thereToo = thereToo;
    this.client = client;
    this.provider = provider;
    this.sessions = sessions;
    this.tokens = tokens;
    this.acts = acts;
    this.transaction = transaction;
  }

  boolean stands(String session) {
    return sessions.stands(session);
  }

  /**
   * Ends a sign-in; where the browser signs out at the provider (OpenID Connect RP-Initiated Logout
   * 1.0), if it does.
   */
  Optional<URI> leave(Leave leave) {
    var hint = sessions.end(leave.session());
    return thereToo ? endSession().map(at -> address(at, hint, leave.back())) : Optional.empty();
  }

  /**
   * The provider ended sessions of its own, and ours of them are over.
   *
   * @throws TokenRefused where the token does not hold
   */
  void ended(String logoutToken) {
    try {
      var word = tokens.verified(logoutToken);
      transaction.executeWithoutResult(
          _ -> sessions.end(client.issuer(), word).stream().distinct().forEach(this::audit));
    } catch (TokenRefused e) {
      // Anybody can come this far, so it is no row of the audit log.
      LOG.warn("a logout token was refused: {}", Text.excerpt(e.explanation()));
      throw e;
    }
  }

  private void audit(String person) {
    Callers.run(new Caller(person, "", Set.of()), () -> acts.done(ACT, client.issuer().toString()));
  }

  /** A provider that does not answer keeps nobody signed in here. */
  private Optional<URI> endSession() {
    try {
      return provider.description().endSession();
    } catch (Problem e) {
      LOG.warn("nobody is signed out at the identity provider: {}", e.explanation());
      return Optional.empty();
    }
  }

  private URI address(URI at, Optional<String> hint, URI back) {
    var query = new LinkedHashMap<String, String>();
    query.put("client_id", client.id());
    query.put("post_logout_redirect_uri", back.toString());
    hint.ifPresent(token -> query.put("id_token_hint", token));
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
}
