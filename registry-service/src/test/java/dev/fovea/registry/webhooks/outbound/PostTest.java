package dev.fovea.registry.webhooks.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against servers that are real, and many of them hostile. */
@Timeout(60)
class PostTest {
  private static final String CA_FILE = "fovea.registry.webhooks.ca-file";

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final Reach LOOPBACK = new Reach(List.of("127.0.0.1", "receiver.test"));

  @TempDir private Path folder;
  private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    for (var each : open) {
      each.close();
    }
  }

  @Test
  void tellsWhatTheReceiverAnswers() throws IOException {
    for (int status : new int[] {200, 202, 204, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503}) {
      int port = http(status, Map.of("Location", "http://127.0.0.1:1/", "Retry-After", "7"));
      var answer = post(LOOPBACK).send(at(port), Map.of(), BODY);
      assertThat(answer).isEqualTo(new Answer.Status(status, Optional.of(Duration.ofSeconds(7))));
      assertThat(answer.isTaken()).as("%d", status).isEqualTo(status < 300);
    }
    assertThat(calls).as("each asked once, no redirect followed").hasValue(13);
  }

  @Test
  void waitsAsLongAsGitHubSaysWhereNothingIsLeftOfAnHour() throws IOException {
    long reset = Instant.now().plusSeconds(120).getEpochSecond();
    var spent = Map.of("x-ratelimit-remaining", "0", "x-ratelimit-reset", Long.toString(reset));
    var answer = post(LOOPBACK).send(at(http(403, spent)), Map.of(), BODY);
    assertThat(((Answer.Status) answer).retryAfter().orElseThrow())
        .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(122));
    for (var other :
        List.of(
            Map.of("x-ratelimit-remaining", "1", "x-ratelimit-reset", Long.toString(reset)),
            Map.of("x-ratelimit-remaining", "0", "x-ratelimit-reset", "1"),
            Map.of("x-ratelimit-remaining", "0", "x-ratelimit-reset", "soon"))) {
      assertThat(post(LOOPBACK).send(at(http(403, other)), Map.of(), BODY))
          .isEqualTo(new Answer.Status(403, Optional.empty()));
    }
    var ages = Map.of("x-ratelimit-remaining", "0", "x-ratelimit-reset", "999999999999");
    assertThat(post(LOOPBACK).send(at(http(429, ages)), Map.of(), BODY))
        .isEqualTo(new Answer.Status(429, Optional.of(Duration.ofHours(6))));
  }

  @Test
  void followsNoRedirectToAnotherServer() throws IOException {
    int other = http(200, Map.of());
    int port = http(302, Map.of("Location", "http://127.0.0.1:%d/".formatted(other)));
    var answer = post(LOOPBACK).send(at(port), Map.of(), BODY);
    assertThat(answer.words()).contains("302", "redirect, which is not followed");
    assertThat(calls).hasValue(1);
  }

  @Test
  void waitsNoLongerThanItsPatienceForAnAnswerThatDrips() throws Exception {
    int port =
        raw(out -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
          for (int i = 0; i < 1_000; i++) {
            out.write("X-%d: y\r\n".formatted(i).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Thread.sleep(100);
          }
        });
    long begun = System.nanoTime();
    assertThat(post(LOOPBACK).send(at(port), Map.of(), BODY).words())
        .isEqualTo("no answer from 127.0.0.1 within 1 s");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE.multipliedBy(4));
  }

  @Test
  void waitsNoLongerForOneThatSaysNothingOrDoesNotRead() throws Exception {
    var never = new CountDownLatch(1);
    int port = raw(_ -> never.await(20, TimeUnit.SECONDS));
    long begun = System.nanoTime();
    assertThat(post(LOOPBACK).send(at(port), Map.of(), new byte[20 << 20]).isTaken()).isFalse();
    assertThat(post(LOOPBACK).send(at(port), Map.of(), BODY).words()).contains("within 1 s");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE.multipliedBy(8));
    never.countDown();
  }

  @Test
  void readsNothingOfAnAnswerThatNeverEnds() throws Exception {
    int port =
        raw(out -> {
          out.write(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
          var chunk =
              ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
          for (int i = 0; i < 100_000; i++) {
            out.write(chunk);
          }
        });
    long begun = System.nanoTime();
    assertThat(post(LOOPBACK).send(at(port), Map.of(), BODY).isTaken()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE.multipliedBy(4));
  }

  @Test
  void refusesHeadersWithoutEndAndWhatIsNoHttp() throws Exception {
    int endless =
        raw(out -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
          var line = ("X: " + "y".repeat(8_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
          for (int i = 0; i < 10_000; i++) {
            out.write(line);
          }
        });
    assertThat(post(LOOPBACK).send(at(endless), Map.of(), BODY)).isInstanceOf(Answer.Nothing.class);
    int other = raw(out -> out.write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII)));
    assertThat(post(LOOPBACK).send(at(other), Map.of(), BODY)).isInstanceOf(Answer.Nothing.class);
  }

  @Test
  void aNameThatMeansSomethingElseWhenItIsDialledIsNotDialled() throws Exception {
    int port = http(200, Map.of());
    var answers = new ArrayDeque<>(List.of(address("93.184.215.14"), address("127.0.0.1")));
    var post =
        new Post(
            new Reach(List.of()),
            _ -> List.of(answers.remove()),
            PATIENCE,
            Trust.with(Optional.empty(), CA_FILE));
    var target = Target.parse("https://rebound.test:" + port + "/", new Reach(List.of()));
    post.probe(target);
    assertThat(post.send(target, Map.of(), BODY).words())
        .startsWith("not sent: rebound.test is at 127.0.0.1, which is no public address");
    assertThat(calls).hasValue(0);
  }

  @Test
  void aNameWithOnePublicAndOnePrivateAddressIsRefused() throws Exception {
    var post =
        new Post(
            new Reach(List.of()),
            _ -> List.of(address("93.184.215.14"), address("10.0.0.5")),
            PATIENCE,
            Trust.with(Optional.empty(), CA_FILE));
    var target = Target.parse("https://both.test/", new Reach(List.of()));
    assertThatThrownBy(() -> post.probe(target))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("both.test is at 10.0.0.5");
  }

  @Test
  void anAddressInTheUrlIsCheckedThoughNobodyLooksItUp() throws Exception {
    int port = http(200, Map.of());
    // The look-up lies; the client dials what stands in the address, and the socket refuses that.
    var post =
        new Post(
            new Reach(List.of()),
            _ -> List.of(address("93.184.215.14")),
            PATIENCE,
            Trust.with(Optional.empty(), CA_FILE));
    var target = Target.parse("https://127.0.0.1:" + port + "/", new Reach(List.of()));
    assertThat(post.send(target, Map.of(), BODY).words()).contains("is not permitted");
    assertThat(calls).hasValue(0);
  }

  @Test
  void aNameThatIsNeverFoundEndsInTime() throws Exception {
    var post =
        new Post(
            new Reach(List.of()),
            _ -> {
              LockSupport.parkNanos(Duration.ofSeconds(20).toNanos());
              return List.of();
            },
            PATIENCE,
            Trust.with(Optional.empty(), CA_FILE));
    var target = Target.parse("https://slow.test/", new Reach(List.of()));
    assertThatThrownBy(() -> post.probe(target)).hasMessageContaining("was not found within 1 s");
  }

  @Test
  void speaksTlsToAReceiverOfItsOwnAuthorityAndToNoOther() throws Exception {
    int port = https("receiver.test");
    var ca = Trust.with(Optional.of(folder.resolve("ca.pem")), CA_FILE);
    assertThat(tls("receiver.test", port, ca).isTaken()).isTrue();
    assertThat(tls("receiver.test", port, Trust.with(Optional.empty(), CA_FILE)).words())
        .startsWith("no secure connection to receiver.test: ");
    assertThat(tls("other.test", port, ca).words())
        .startsWith("no secure connection to other.test: ");
    assertThat(calls).hasValue(1);
  }

  @Test
  void aFileWithoutCertificatesIsRefused() throws IOException {
    var file = folder.resolve("none.pem");
    assertThatThrownBy(() -> Trust.with(Optional.of(file), CA_FILE))
        .hasMessageContaining("can't be read as certificates in PEM");
    Files.writeString(file, "nothing");
    assertThatThrownBy(() -> Trust.with(Optional.of(file), CA_FILE))
        .hasMessageContaining("can't be read as certificates in PEM");
  }

  private Answer tls(String host, int port, Trust trust) {
    var reach = new Reach(List.of(host));
    return new Post(
            reach, _ -> List.of(InetAddress.getLoopbackAddress()), Duration.ofSeconds(10), trust)
        .send(Target.parse("https://%s:%d/".formatted(host, port), reach), Map.of(), BODY);
  }

  private Post post(Reach reach) {
    return new Post(
        reach,
        host -> List.of(InetAddress.getAllByName(host)),
        PATIENCE,
        Trust.with(Optional.empty(), CA_FILE));
  }

  private static Target at(int port) {
    return Target.parse("http://127.0.0.1:%d/hook".formatted(port), LOOPBACK);
  }

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  private int http(int status, Map<String, String> headers) throws IOException {
    return answering(HttpServer.create(loopback(), 0), status, headers);
  }

  private int answering(HttpServer server, int status, Map<String, String> headers) {
    server.createContext(
        "/",
        exchange -> {
          calls.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          headers.forEach(exchange.getResponseHeaders()::set);
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    open.push(() -> server.stop(0));
    return server.getAddress().getPort();
  }

  /** With a certificate for one name, by an authority of the test's own. */
  private int https(String host) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        "receiver",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=test",
        "-ext",
        "san=dns:" + host,
        "-ext",
        "bc=ca:true");
    keytool(
        "-exportcert", "-rfc", "-alias", "receiver", "-file", folder.resolve("ca.pem").toString());
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(folder.resolve("keys"))) {
      store.load(in, "changeit".toCharArray());
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "changeit".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    var server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return answering(server, 200, Map.of());
  }

  private void keytool(String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", folder.resolve("keys").toString(), "-storepass", "changeit"));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private interface Talk {
    void with(OutputStream out) throws Exception;
  }

  /** A server that says what it likes to everybody who connects. */
  private int raw(Talk talk) throws IOException {
    var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.push(server);
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (var socket = server.accept()) {
              talk.with(socket.getOutputStream());
            } catch (Exception _) {
              // The client has had enough, which is what is tested.
            }
          }
        });
    return server.getLocalPort();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
