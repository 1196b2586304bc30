package dev.fovea.rollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciRegistryTest extends ImageRegistryContract {
  private static final String BASIC =
      "Basic "
          + Base64.getEncoder().encodeToString("robot:secret".getBytes(StandardCharsets.UTF_8));

  private final FakeRegistry fake = new FakeRegistry();
  private final FakeRegistry other = new FakeRegistry();
  private final List<Duration> waits = new ArrayList<>();

  @AfterEach
  void close() {
    fake.close();
    other.close();
  }

  @Override
  ImageRegistry registry() {
    return registry(Duration.ofSeconds(20));
  }

  private ImageRegistry registry(Duration patience) {
    var file = work.resolve("config.json");
    return new OciRegistry(
        RegistrySettings.of(
            fake.host() + "/vision",
            List.of(fake.host()),
            Files.exists(file) ? Optional.of(file) : Optional.empty(),
            patience),
        waits::add);
  }

  private void credentials(String host) throws IOException {
    Files.writeString(
        work.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"username\":\"robot\",\"password\":\"secret\"}}}".formatted(host));
  }

  private BuiltImage image(int... layerBytes) {
    return TestImages.image(work.resolve("image"), 9, layerBytes);
  }

  @Override
  Optional<byte[]> manifest(ImageName name) {
    return Optional.ofNullable(
        fake.manifests.get("/v2/vision/%s/manifests/%s".formatted(name.repository(), name.tag())));
  }

  @Override
  Optional<byte[]> blob(ImageName name, Digest digest) {
    return Optional.ofNullable(fake.blobs.get(digest.toString()));
  }

  @Test
  void sendsNothingThatIsThere() throws IOException {
    registry().push(image(100, 200), name("1"));
    long sent = fake.requests("PUT", "");

    registry().push(image(100, 200), name("1"));
    assertThat(fake.requests("PUT", "")).isEqualTo(sent);

    registry().push(image(100, 200), name("2"));
    assertThat(fake.requests("PUT", "")).as("the manifest alone").isEqualTo(sent + 1);
  }

  @Test
  void namesTheImageByHostPrefixAndDigest() {
    var digest = image(1).manifest();

    assertThat(registry().reference(name("1"), digest))
        .isEqualTo("%s/vision/lamps/bright@%s".formatted(fake.host(), digest));
  }

  @Test
  void waitsAsLongAsTheRegistryAsks() throws IOException {
    fake.fail("POST", "/uploads/", FakeRegistry.status(429, "Retry-After", "7"));

    registry().push(image(100), name("1"));

    assertThat(waits).containsExactly(Duration.ofSeconds(7));
    assertThat(manifest(name("1"))).isPresent();
  }

  @Test
  void neverWaitsLongerThanAMinute() throws IOException {
    fake.fail("POST", "/uploads/", FakeRegistry.status(429, "Retry-After", "86400"));

    registry().push(image(100), name("1"));

    assertThat(waits).containsExactly(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD /manifests/",
        "HEAD /blobs/",
        "POST /uploads/",
        "PUT /uploads/",
        "PUT /manifests/"
      })
  void outlivesAFailureOfEachRequest(String request) throws IOException {
    var words = request.split(" ");
    fake.fail(words[0], words[1], FakeRegistry.status(500));
    fake.fail(words[0], words[1], FakeRegistry.status(503));

    registry().push(image(100), name("1"));

    assertThat(waits).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(manifest(name("1")).map(Digest::sha256)).contains(image(100).manifest());
  }

  @Test
  void sendsABlobAgainWhenTheConnectionDropsInIt() throws IOException {
    fake.fail("PUT", "/uploads/", FakeRegistry.hangUp());

    registry().push(image(5_000_000), name("1"));

    assertThat(waits).hasSize(1);
    assertThat(manifest(name("1"))).isPresent();
  }

  @Test
  void givesUpAfterFiveAttemptsAndSaysWhatItSaw() {
    for (int i = 0; i < 5; i++) {
      fake.fail("POST", "/uploads/", FakeRegistry.status(503));
    }

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("5 attempts")
        .hasMessageContaining("503");
    assertThat(manifest(name("1"))).isEmpty();
  }

  @Test
  void doesNotWaitForARegistryThatNeverAnswers() {
    for (int i = 0; i < 5; i++) {
      fake.fail("HEAD", "/manifests/", exchange -> pause());
    }

    assertThatThrownBy(() -> registry(Duration.ofMillis(200)).push(image(100), name("1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("5 attempts");
  }

  private static void pause() {
    try {
      Thread.sleep(5000);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT /uploads/", "PUT /manifests/"})
  void refusesARegistryThatKeepsSomethingElse(String request) {
    var words = request.split(" ");
    var wrong = Digest.sha256(new byte[] {1}).toString();
    for (int i = 0; i < 5; i++) {
      fake.fail(words[0], words[1], FakeRegistry.status(201, "Docker-Content-Digest", wrong));
    }

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(wrong);
  }

  @Test
  void doesNotBelieveARegistryThatDropsTheManifest() {
    for (int i = 0; i < 5; i++) {
      fake.fail("PUT", "/manifests/", FakeRegistry.status(201));
    }

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not have it");
  }

  @Test
  void refusesAnAnswerWithoutABound() {
    for (int i = 0; i < 5; i++) {
      fake.fail(
          "POST",
          "/uploads/",
          exchange -> {
            exchange.sendResponseHeaders(202, 0);
            try (var out = exchange.getResponseBody()) {
              for (int block = 0; block < 100; block++) {
                out.write(new byte[1 << 16]);
              }
            }
          });
    }

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void sendsNoByteOfAnImageToAnotherHost() {
    fake.fail(
        "POST",
        "/uploads/",
        FakeRegistry.status(202, "Location", "http://" + other.host() + "/upload"));

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(PackagingFailed.class)
        .hasMessageContaining(other.host());
    assertThat(other.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void followsNoRedirect(int status) throws IOException {
    credentials(fake.host());
    fake.fail(
        "POST", "/uploads/", FakeRegistry.status(status, "Location", "http://" + other.host()));

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(PackagingFailed.class)
        .hasMessageContaining(Integer.toString(status));
    assertThat(other.seen).isEmpty();
  }

  @Test
  void signsInOnceItIsAsked() throws IOException {
    credentials(fake.host());
    fake.expected = BASIC;
    fake.challenge = "Basic realm=\"r\"";

    registry().push(image(100), name("1"));

    assertThat(manifest(name("1"))).isPresent();
    assertThat(fake.seen.getFirst().authorization()).as("unasked").isEmpty();
  }

  @Test
  void showsNoPasswordWhereNobodyAskedForOne() throws IOException {
    credentials(fake.host());

    registry().push(image(100), name("1"));

    assertThat(fake.seen).allSatisfy(each -> assertThat(each.authorization()).isEmpty());
  }

  @Test
  void usesNoPasswordOfAnotherHost() throws IOException {
    credentials("registry.example.org");
    fake.expected = BASIC;
    fake.challenge = "Basic realm=\"r\"";

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(PackagingFailed.class)
        .hasMessageContaining("there is none for " + fake.host());
    assertThat(fake.seen).allSatisfy(each -> assertThat(each.authorization()).isEmpty());
  }

  @Test
  void saysThatAPasswordIsWrongAndDoesNotTryItAgain() throws IOException {
    credentials(fake.host());
    fake.expected = "Basic another";
    fake.challenge = "Basic realm=\"r\"";

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(PackagingFailed.class)
        .hasMessageContaining("401")
        .hasMessageNotContaining("secret");
    assertThat(fake.seen).hasSize(2);
  }

  @Test
  void fetchesATokenAndANewOneWhenItHasExpired() throws IOException {
    credentials(fake.host());
    fake.expected = "Bearer first";
    fake.challenge = "Bearer realm=\"http://%s/token\",service=\"s\"".formatted(fake.host());
    fake.fail("GET", "/token", exchange -> token(exchange, "first"));
    fake.fail(
        "POST",
        "/uploads/",
        exchange -> {
          fake.expected = "Bearer second";
          FakeRegistry.status(401, "WWW-Authenticate", fake.challenge).answer(exchange);
        });
    fake.fail("GET", "/token", exchange -> token(exchange, "second"));

    registry().push(image(100), name("1"));

    assertThat(manifest(name("1"))).isPresent();
    assertThat(fake.seen.stream().filter(each -> each.path().startsWith("/token")))
        .hasSize(2)
        .allSatisfy(each -> {
          assertThat(each.authorization()).isEqualTo(BASIC);
          assertThat(each.path()).contains("repository%3Avision%2Flamps%2Fbright%3Apull%2Cpush");
        });
  }

  private static void token(com.sun.net.httpserver.HttpExchange exchange, String token)
      throws IOException {
    var body = "{\"token\":\"%s\"}".formatted(token).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  @Test
  void givesItsPasswordToNoTokenServiceElsewhere() throws IOException {
    credentials(fake.host());
    fake.expected = "Bearer x";
    for (var realm :
        List.of(
            "http://" + other.host() + "/token",
            "https://" + other.host() + "/token",
            "http://169.254.169.254/latest/meta-data",
            "https://169.254.169.254/token",
            "https://[fd00:ec2::254]/token",
            "https://localhost/token",
            "https://evil.example.org/token",
            "file:///etc/passwd")) {
      fake.challenge = "Bearer realm=\"%s\"".formatted(realm);
      assertThatThrownBy(() -> registry().push(image(100), name("1")))
          .as(realm)
          .isInstanceOf(PackagingFailed.class);
    }
    assertThat(other.seen).isEmpty();
    assertThat(fake.seen).allSatisfy(each -> assertThat(each.authorization()).isEmpty());
  }

  @Test
  void knowsWhichTokenServiceBelongsToARegistry() {
    var docker =
        RegistrySettings.of(
            "registry-1.docker.io/team", List.of(), Optional.empty(), Duration.ofSeconds(1));

    assertThat(belongs(docker, "https://auth.docker.io/token")).isTrue();
    assertThat(belongs(docker, "http://auth.docker.io/token")).isFalse();
    assertThat(belongs(docker, "https://auth.docker.io:8443/token")).isFalse();
    assertThat(belongs(docker, "https://docker.io.example.org/token")).isFalse();
    assertThat(belongs(docker, "https://user@evil.example/token")).isFalse();
  }

  private static boolean belongs(RegistrySettings settings, String realm) {
    return BearerChallenge.parse("Bearer realm=\"" + realm + "\"")
        .orElseThrow()
        .belongsTo(settings);
  }

  @Test
  void speaksPlainHttpToListedHostsAlone() {
    var settings =
        RegistrySettings.of(fake.host(), List.of(), Optional.empty(), Duration.ofMillis(250));

    assertThatThrownBy(() -> new OciRegistry(settings, waits::add).push(image(100), name("1")))
        .isInstanceOf(IOException.class);
    assertThat(fake.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/vision",
        "http://host/x",
        "user@host/x",
        "host/../x",
        "host/UPPER",
        "host/x?y",
        "ho st",
        "169.254.169.254/x",
        "169.254.169.254:80/x",
        "[fd00:ec2::254]/x",
        "metadata.google.internal/x"
      })
  void refusesAPrefixThatIsNone(String prefix) {
    assertThatThrownBy(
            () -> RegistrySettings.of(prefix, List.of(), Optional.empty(), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void quotesNothingOfACredentialsFileThatItCannotRead() throws IOException {
    Files.writeString(work.resolve("config.json"), "secret-in-no-json");
    fake.expected = BASIC;
    fake.challenge = "Basic realm=\"r\"";

    assertThatThrownBy(() -> registry().push(image(100), name("1")))
        .isInstanceOf(PackagingFailed.class)
        .hasMessageContaining("config.json")
        .hasMessageNotContaining("secret-in");
  }
}
