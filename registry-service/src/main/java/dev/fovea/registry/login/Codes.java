package dev.fovea.registry.login;

import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import dev.fovea.registry.SignIns.Finish;
import dev.fovea.registry.TokenRefused;
import dev.fovea.registry.oidc.IssuerHttp;
import dev.fovea.roles.ServiceUnavailable;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Redeems a code for an identity token (RFC 6749, 4.1.3, with RFC 7636's verifier). */
final class Codes {
  private static final Logger LOG = LoggerFactory.getLogger(Codes.class);
  private static final String AGAIN = "sign in again";

  private final Provider provider;
  private final Client client;
  private final IssuerHttp http;

  Codes(Provider provider, Client client, IssuerHttp http) {
    this.provider = provider;
    this.client = client;
    this.http = http;
  }

  /**
   * What a code was redeemed for.
   *
   * @param identity the identity token, unread
   * @param access what opens the provider's UserInfo
   */
  record Redeemed(String identity, Optional<String> access) {
    @Override
    public String toString() {
      return "Redeemed[identity=•••, access=•••]";
    }
  }

  /**
   * The provider's answer to a code.
   *
   * @throws TokenRefused where the provider does not take the code
   * @throws ServiceUnavailable where it gives no answer, or does not know this installation
   */
  Redeemed redeem(Finish finish) {
    var description = provider.description();
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "authorization_code");
    form.put("code", finish.code());
    form.put("redirect_uri", finish.redirect().toString());
    form.put("code_verifier", finish.verifier());
    var request =
        HttpRequest.newBuilder(description.token())
            .header("Content-Type", "application/x-www-form-urlencoded");
    var secret = client.secret();
    if (secret.isPresent() && !description.secretInBody()) {
      request.header("Authorization", basic(client.id(), secret.get()));
    } else {
      form.put("client_id", client.id());
      secret.ifPresent(text -> form.put("client_secret", text));
    }
    try {
      var answer = http.send(request.POST(BodyPublishers.ofString(encoded(form))));
      if (answer.status() != 200) {
        throw refusal(answer);
      }
      var given = IssuerHttp.json(answer.body());
      return new Redeemed(
          identityToken(given),
          Optional.of(given.path("access_token").asString("")).filter(text -> !text.isEmpty()));
    } catch (IOException e) {
      LOG.warn("the identity provider redeemed no code: {}", e.getMessage());
      throw new ServiceUnavailable(
          "identity provider",
          "%s gave no answer to a code".formatted(description.token()),
          AGAIN + " in a moment; the log of the registry says why");
    }
  }

  private static String identityToken(JsonNode answer) {
    var token = answer.path("id_token").asString("");
    if (token.isEmpty()) {
      throw new TokenRefused(
          "id_token", "", "an identity token", "an administrator checks fovea.auth.login.scopes");
    }
    return token;
  }

  private static Problem refusal(IssuerHttp.Answer answer) throws IOException {
    if (answer.status() < 400 || answer.status() >= 500) {
      throw new IOException("the token endpoint answered " + answer.status());
    }
    var error = IssuerHttp.json(answer.body()).path("error").asString("");
    if (error.equals("invalid_client") || error.equals("unauthorized_client")) {
      LOG.warn("the identity provider does not know this installation: {}", Text.excerpt(error));
      return new ServiceUnavailable(
          "identity provider",
          "it does not take this installation's client id and secret: '%s'"
              .formatted(Text.excerpt(error)),
          "an administrator checks fovea.auth.login.client-id and client-secret");
    }
    return new TokenRefused(
        "code",
        error.isEmpty() ? "answer " + answer.status() : error,
        "one that the provider gave to this sign-in, unused",
        AGAIN);
  }

  private static String basic(String id, String secret) {
    var pair = encoded(id) + ":" + encoded(secret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
