package dev.fovea.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * An OpenID Connect provider on this machine that checks what a provider checks: the client, the
 * redirect to the letter, that a code is redeemed once, by whoever has its verifier.
 */
final class LocalProvider implements AutoCloseable {
  static final String CLIENT = "fovea";
  static final String SECRET = "the-secret-of-this-client";

  private record Grant(
      String redirect, String challenge, Consumer<JWTClaimsSet.Builder> claims, String nonce) {}

  private final HttpServer server;
  private final RSAKey key;
  private final String redirect;
  private final Map<String, Grant> codes = new ConcurrentHashMap<>();
  private volatile int failing;

  /**
   * @param redirect the only address that browsers are sent back to
   */
  LocalProvider(String redirect) {
    this.redirect = redirect;
    try {
      key = new RSAKeyGenerator(2048).keyID("k").keyUse(KeyUse.SIGNATURE).generate();
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    server.createContext(
        "/.well-known/openid-configuration", exchange -> send(exchange, 200, description()));
    server.createContext(
        "/keys", exchange -> send(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
    server.createContext("/token", this::token);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers codes with this status from now on; 0: as it should. */
  void fail(int status) {
    failing = status;
  }

  /** What a person does there: the address that their browser is sent back to. */
  URI signIn(URI asked, String name, String... groups) {
    return signIn(
        asked,
        claims ->
            claims
                .subject("account-of-" + name)
                .claim("preferred_username", name)
                .claim("groups", List.of(groups)));
  }

  /** The same with other claims. */
  URI signIn(URI asked, Consumer<JWTClaimsSet.Builder> claims) {
    if (!asked.toString().startsWith(address() + "/authorize?")) {
      throw new AssertionError("the browser was sent to " + asked);
    }
    var query = pairs(asked.getRawQuery());
    expect(query, "client_id", CLIENT);
    expect(query, "redirect_uri", redirect);
    expect(query, "response_type", "code");
    expect(query, "code_challenge_method", "S256");
    var code = UUID.randomUUID().toString();
    codes.put(code, new Grant(redirect, query.get("code_challenge"), claims, query.get("nonce")));
    return URI.create(
        "%s?code=%s&state=%s&iss=%s"
            .formatted(
                redirect,
                code,
                query.get("state"),
                URLEncoder.encode(address(), StandardCharsets.UTF_8)));
  }

  static Map<String, String> pairs(String text) {
    var all = new HashMap<String, String>();
    Arrays.stream(text.split("&"))
        .map(pair -> pair.split("=", 2))
        .forEach(pair -> all.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    return all;
  }

  private static void expect(Map<String, String> query, String name, String value) {
    if (!value.equals(query.get(name))) {
      throw new AssertionError("%s: %s (expected: %s)".formatted(name, query.get(name), value));
    }
  }

  private void token(HttpExchange exchange) throws IOException {
    var form = pairs(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    var basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.US_ASCII));
    if (failing > 0) {
      send(exchange, failing, "{}");
      return;
    }
    if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      send(exchange, 401, "{\"error\": \"invalid_client\"}");
      return;
    }
    var grant = codes.remove(form.getOrDefault("code", ""));
    if (grant == null
        || !grant.redirect().equals(form.get("redirect_uri"))
        || !grant.challenge().equals(challenge(form.getOrDefault("code_verifier", "")))) {
      send(exchange, 400, "{\"error\": \"invalid_grant\"}");
      return;
    }
    send(exchange, 200, "{\"id_token\": \"%s\", \"token_type\": \"Bearer\"}".formatted(id(grant)));
  }

  private String id(Grant grant) {
    var now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(address())
            .audience(CLIENT)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(300)))
            .claim("nonce", grant.nonce());
    grant.claims().accept(claims);
    return signed(claims);
  }

  /** Its word that all sessions of an account are over. */
  String logoutToken(String account) {
    var now = Instant.now();
    return signed(
        new JWTClaimsSet.Builder()
            .issuer(address())
            .audience(CLIENT)
            .subject(account)
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(120)))
            .claim(
                "events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of())));
  }

  private String signed(JWTClaimsSet.Builder claims) {
    try {
      var jwt =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(), claims.build());
      jwt.sign(new RSASSASigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String description() {
    return """
    {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token",
     "jwks_uri": "%1$s/keys", "end_session_endpoint": "%1$s/logout", "authorization_response_iss_parameter_supported": true}
    """
        .formatted(address());
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
