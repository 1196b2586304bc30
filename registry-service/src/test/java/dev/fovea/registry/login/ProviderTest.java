package dev.fovea.registry.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.fovea.registry.Hands;
import dev.fovea.registry.TestIssuer;
import dev.fovea.registry.oidc.IssuerHttp;
import dev.fovea.registry.webhooks.outbound.Trust;
import dev.fovea.roles.ServiceUnavailable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ProviderTest {
  private final TestIssuer issuer = new TestIssuer();
  private final Hands clock = new Hands();
  private final Provider provider = new Provider(issuer.address(), new IssuerHttp(), clock);
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void close() {
    issuer.close();
  }

  @Test
  void isWhatItSays() throws Exception {
    says(Map.of());
    var description = provider.description();
    assertThat(description.authorization()).isEqualTo(at("/authorize"));
    assertThat(description.token()).isEqualTo(at("/token"));
    assertThat(description.namesItself()).isFalse();
    assertThat(description.secretInBody()).isFalse();
    assertThat(provider.load().getKeys()).hasSize(1);
    assertThat(asked).as("kept").hasValue(1);
  }

  @Test
  void saysWhetherItNamesItselfAndHowItTakesSecrets() {
    says(
        Map.of(
            "authorization_response_iss_parameter_supported",
            true,
            "token_endpoint_auth_methods_supported",
            new String[] {"client_secret_post", "private_key_jwt"}));
    assertThat(provider.description().namesItself()).isTrue();
    assertThat(provider.description().secretInBody()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "issuer, https://evil.example",
    "issuer, ''",
    "authorization_endpoint, javascript:alert(1)",
    "authorization_endpoint, http://evil.example/authorize",
    "authorization_endpoint, https://user@evil.example/authorize",
    "token_endpoint, http://169.254.169.254/latest",
    "token_endpoint, file:///etc/passwd",
    "token_endpoint, ''",
    "jwks_uri, https://evil.example/keys#x",
    "jwks_uri, '::'"
  })
  void isNoneWhereItSaysWhatNoProviderMay(String member, String value) {
    says(Map.of(member, value));
    assertThatThrownBy(provider::description).isInstanceOf(ServiceUnavailable.class);
  }

  @Test
  void isAskedOnceInTenSecondsWhileItDoesNotAnswer() {
    issuer.discoverBy(exchange -> {
      asked.incrementAndGet();
      exchange.sendResponseHeaders(500, -1);
      exchange.close();
    });
    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(provider::description)
          .isInstanceOfSatisfying(
              ServiceUnavailable.class,
              refusal -> assertThat(refusal.remedy()).contains("try again in 10 s"));
    }
    assertThat(asked).hasValue(1);
    clock.forward(Duration.ofSeconds(11));
    says(Map.of());
    assertThat(provider.description().token()).isEqualTo(at("/token"));
  }

  @Test
  void whatItSaidHoldsForADayWhileItIsAway() {
    says(Map.of());
    provider.description();
    issuer.discoverBy(exchange -> {
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
    });
    clock.forward(Duration.ofHours(23));
    assertThat(provider.description().token()).isEqualTo(at("/token"));
    clock.forward(Duration.ofHours(2));
    assertThatThrownBy(provider::description).isInstanceOf(ServiceUnavailable.class);
  }

  @Test
  void anAnswerWithoutEndAndOneThatNeverComesAreNone() {
    // Shorter than a server's, which SignInsTest waits for.
    var patience = Duration.ofSeconds(1);
    var provider = new Provider(issuer.address(), new IssuerHttp(patience), clock);
    issuer.discoverBy(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try (var out = exchange.getResponseBody()) {
        for (int i = 0; i < 1_000; i++) {
          out.write(new byte[64 * 1024]);
        }
      }
    });
    assertThatThrownBy(provider::description).isInstanceOf(ServiceUnavailable.class);
    clock.forward(Duration.ofSeconds(11));
    issuer.discoverBy(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
    });
    var begun = System.nanoTime();
    assertThatThrownBy(provider::description).isInstanceOf(ServiceUnavailable.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void anAuthorityOfOnesOwnIsTrustedWhereItIsNamed(@TempDir Path folder) throws Exception {
    var server = https(folder);
    try {
      var at = describes(server, "%s/t");
      var trust = Trust.with(Optional.of(folder.resolve("ca.pem")), "ca-file").context();
      assertThat(new Provider(at, new IssuerHttp(trust), clock).description().token())
          .isEqualTo(URI.create(at + "/t"));
      assertThatThrownBy(() -> new Provider(at, new IssuerHttp(), clock).description())
          .isInstanceOf(ServiceUnavailable.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aProviderByHttpsLeadsNowhereInTheClear(@TempDir Path folder) throws Exception {
    var server = https(folder);
    try {
      var at = describes(server, "http://127.0.0.1/t");
      var trust = Trust.with(Optional.of(folder.resolve("ca.pem")), "ca-file").context();
      assertThatThrownBy(() -> new Provider(at, new IssuerHttp(trust), clock).description())
          .isInstanceOf(ServiceUnavailable.class);
    } finally {
      server.stop(0);
    }
  }

  /** Starts a provider; its tokens are at {@code token}, in which {@code %s} is its address. */
  private static URI describes(HttpsServer server, String token) {
    var at = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    server.createContext(
        "/.well-known/openid-configuration",
        exchange ->
            TestIssuer.send(
                exchange,
                """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/a", "token_endpoint": "%2$s", "jwks_uri": "%1$s/k"}
                """
                    .formatted(at, token.formatted(at))));
    server.start();
    return at;
  }

  /** With a certificate of an authority that nobody else knows. */
  private static HttpsServer https(Path folder) throws Exception {
    var keys = folder.resolve("keys").toString();
    var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var common =
        List.of("-keystore", keys, "-storepass", "changeit", "-storetype", "PKCS12", "-alias", "p");
    for (var arguments :
        List.of(
            List.of(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=test",
                "-ext",
                "san=ip:127.0.0.1",
                "-ext",
                "bc=ca:true"),
            List.of("-exportcert", "-rfc", "-file", folder.resolve("ca.pem").toString()))) {
      var command = new ArrayList<String>(List.of(tool));
      command.addAll(arguments);
      command.addAll(common);
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("keytool.log").toFile())
              .start();
      assertThat(process.waitFor()).as(Files.readString(folder.resolve("keytool.log"))).isZero();
    }
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(Path.of(keys))) {
      store.load(in, "changeit".toCharArray());
    }
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, "changeit".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return server;
  }

  private void says(Map<String, Object> changes) {
    var all = new TreeMap<String, Object>();
    all.put("issuer", issuer.address().toString());
    all.put("authorization_endpoint", at("/authorize").toString());
    all.put("token_endpoint", at("/token").toString());
    all.put("jwks_uri", at("/keys").toString());
    all.putAll(changes);
    var document = JsonMapper.builder().build().writeValueAsString(all);
    issuer.discoverBy(exchange -> {
      asked.incrementAndGet();
      TestIssuer.send(exchange, document);
    });
  }

  private URI at(String path) {
    return URI.create(issuer.address() + path);
  }
}
