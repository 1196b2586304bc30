package dev.fovea.registry;

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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An OpenID Connect issuer on this machine, with keys that it rotates when told to. All begin with
 * the same one, since it takes a second to make.
 */
public final class TestIssuer implements AutoCloseable {
  private static final RSAKey FIRST = newKey("key-1");

  private final HttpServer server;
  private final AtomicInteger keysFetched = new AtomicInteger();
  private volatile RSAKey key = FIRST;
  private volatile Answer discovery = this::discover;

  /** How it answers for its discovery document. */
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  public TestIssuer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/.well-known/openid-configuration", e -> discovery.to(e));
      server.createContext("/keys", this::keys);
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The key that signs now. */
  public RSAKey key() {
    return key;
  }

  /** From now on another key signs, and only that one is published. */
  public void rotate(String id) {
    key = newKey(id);
  }

  /** How often somebody asked for the keys. */
  public int keysFetched() {
    return keysFetched.get();
  }

  /** Answers so below this path, too. */
  public void answer(String path, Answer answer) {
    server.createContext(path, answer::to);
  }

  public void discoverBy(Answer answer) {
    discovery = answer;
  }

  /** A token as GitHub Actions gives it, changed by the test. */
  public String token(Consumer<JWTClaimsSet.Builder> change) {
    return signed(
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), key, change);
  }

  public String signed(JWSHeader header, RSAKey by, Consumer<JWTClaimsSet.Builder> change) {
    try {
      var jwt = new SignedJWT(header, claims(change));
      jwt.sign(new RSASSASigner(by));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The claims of a push to the main branch of acme/parcels. */
  public JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
    var now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(address().toString())
            .audience("fovea")
            .subject("repo:acme/parcels:ref:refs/heads/main")
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now.minusSeconds(10)))
            .expirationTime(Date.from(now.plusSeconds(300)))
            .claim("repository", "acme/parcels")
            .claim("repository_id", "4711")
            .claim("repository_owner_id", "42")
            .claim("ref", "refs/heads/main")
            .claim("sha", "a".repeat(40))
            .claim("event_name", "push")
            .claim("job_workflow_ref", "acme/parcels/.github/workflows/release.yml@refs/heads/main")
            .claim("run_id", "1001");
    change.accept(claims);
    return claims.build();
  }

  public static RSAKey newKey(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a JSON document. */
  public static void send(HttpExchange exchange, String json) throws IOException {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void discover(HttpExchange exchange) throws IOException {
    send(
        exchange,
        """
        {"issuer": "%s", "jwks_uri": "%s/keys"}
        """
            .formatted(address(), address()));
  }

  private void keys(HttpExchange exchange) throws IOException {
    keysFetched.incrementAndGet();
    send(exchange, new JWKSet(key.toPublicJWK()).toString());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
