package dev.fovea.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.roles.ActiveRoles;
import dev.fovea.roles.ServiceRole;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;

/** The front door before an owner that this test plays. Codes are those of docs/scorecard.md. */
class FrontDoorTests {
  private static final String DEVICES = "/api/v1/lab/devices";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer owner;
  private WebServer door;
  private volatile HttpHandler play = exchange -> answer(exchange, 200, "yes");

  @BeforeEach
  void open() throws IOException {
    owner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    owner.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    owner.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          try (exchange) {
            play.handle(exchange);
          }
        });
    owner.start();
    openDoor(new FrontDoorProperties(Duration.ofSeconds(2), 3));
  }

  private void openDoor(FrontDoorProperties properties) {
    var lab = HttpUrl.get("http://127.0.0.1:" + owner.getAddress().getPort());
    var filter =
        new FrontDoor(
            new ActiveRoles(Set.of(ServiceRole.WEB)),
            Map.of(ServiceRole.LAB, lab, ServiceRole.REGISTRY, lab, ServiceRole.DATASETS, lab),
            new Passage(properties));
    door =
        new TomcatServletWebServerFactory(0)
            .getWebServer(context -> {
              // Without a servlet Tomcat answers before any filter is asked.
              context.addServlet("nobody", new Nobody()).addMapping("/");
              context
                  .addFilter("door", filter)
                  .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
            });
    door.start();
  }

  /** What stands behind the door: it knows no path. */
  private static final class Nobody extends jakarta.servlet.http.HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(
        jakarta.servlet.http.HttpServletRequest request,
        jakarta.servlet.http.HttpServletResponse response)
        throws IOException {
      response.sendError(404);
    }
  }

  @AfterEach
  void close() {
    door.stop();
    owner.stop(0);
  }

  @Test
  void passesOnWhatAnotherRoleOwnsAndNothingElse() throws Exception {
    assertThat(get(DEVICES + "?a=b%20c&d=%2F").body()).isEqualTo("yes");
    for (var path :
        List.of("/", "/digits/releases", "/internal/v1/inbox/lab/x", "/actuator/info")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(asked).containsExactly("GET " + DEVICES + "?a=b%20c&d=%2F");
  }

  @Test
  void keepsPowerAndOneHopsHeadersToItself() throws Exception {
    play =
        exchange -> {
          var seen = exchange.getRequestHeaders();
          exchange.getResponseHeaders().set("Set-Cookie", "fovea=stolen");
          exchange.getResponseHeaders().set("X-Secret-Hop", "1");
          exchange.getResponseHeaders().set("Connection", "X-Secret-Hop");
          exchange
              .getResponseHeaders()
              .set("Location", "http://127.0.0.1:%d/next".formatted(owner.getAddress().getPort()));
          var names = new java.util.TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
          names.addAll(seen.keySet());
          answer(exchange, 302, names + " " + seen.getFirst("Authorization"));
        };
    var answer =
        raw(
            """
            GET %s HTTP/1.1\r
            Host: 127.0.0.1\r
            Authorization: Bearer t\r
            Cookie: fovea=session\r
            Origin: http://127.0.0.1\r
            Fovea-On-Behalf-Of: root;*;ADMIN\r
            X-Forwarded-For: 10.0.0.1\r
            Sec-Fetch-Site: same-origin\r
            X-Mine: 1\r
            Connection: close, X-Mine\r
            X-Kept: 1\r
            \r
            """
                .formatted(DEVICES));
    assertThat(answer)
        .contains("Bearer t", "X-kept")
        .doesNotContainIgnoringCase("Cookie", "Origin", "On-Behalf-Of", "Forwarded", "Sec-Fetch")
        .doesNotContainIgnoringCase("X-mine", "X-Secret-Hop")
        .containsPattern("(?i)location: /next\r\n");
  }

  @ParameterizedTest(name = "[A6] {0}")
  @ValueSource(
      strings = {
        "/api/v1/lab//devices",
        "/api/v1/lab/../lab/devices",
        "/api/v1/lab/%2e%2e/devices",
        "/api/v1/lab/a%2fb",
        "/api/v1/lab/a%5cb",
        "/api/v1/lab/devices;x=y",
        "/api/v1/lab/%00",
        "//evil.example/api/v1/lab/devices",
        "http://evil.example/api/v1/lab//x"
      })
  void refusesDisguisedPathsBeforeTheOwnerSeesThem(String target) throws Exception {
    var answer =
        raw("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".formatted(target));
    assertThat(answer).containsPattern("^HTTP/1.1 40[04]");
    assertThat(asked).isEmpty();
  }

  @Test
  void aForeignAddressInTheRequestLineLeadsToTheOwnerAlone() throws Exception {
    raw(
        "GET http://evil.example%s HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
            .formatted(DEVICES));
    assertThat(asked).isSubsetOf("GET " + DEVICES);
  }

  @Test
  void bothBodiesFlowWhileTheyAreMade() throws Exception {
    var firstArrived = new CountDownLatch(1);
    var firstBack = new CountDownLatch(1);
    play =
        exchange -> {
          try (var in = exchange.getRequestBody()) {
            in.readNBytes(100_000);
            firstArrived.countDown();
            long rest = in.transferTo(java.io.OutputStream.nullOutputStream());
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("first".getBytes(StandardCharsets.US_ASCII));
            exchange.getResponseBody().flush();
            await(firstBack);
            exchange
                .getResponseBody()
                .write(Long.toString(rest).getBytes(StandardCharsets.US_ASCII));
          }
        };
    try (var to = new PipedOutputStream();
        var from = new PipedInputStream(to, 1 << 20)) {
      var answer =
          HTTP.sendAsync(
              request(DEVICES).POST(BodyPublishers.ofInputStream(() -> from)).build(),
              BodyHandlers.ofInputStream());
      to.write(new byte[400_000]);
      to.flush();
      await(firstArrived);
      to.close();
      try (var body = answer.get(20, TimeUnit.SECONDS).body()) {
        assertThat(new String(body.readNBytes(5), StandardCharsets.US_ASCII)).isEqualTo("first");
        firstBack.countDown();
        assertThat(new String(body.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("300000");
      }
    }
  }

  @Test
  void headTellsTheSizeWithoutABody() throws Exception {
    play =
        exchange -> {
          exchange.getResponseHeaders().set("Content-Length", "12345");
          exchange.sendResponseHeaders(200, -1);
        };
    var answer =
        HTTP.send(
            request("/dvc/p/files/md5/ab/cd").method("HEAD", BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Content-Length")).contains("12345");
  }

  @Test
  void saysWhichRoleIsGoneAndWhatToDo() throws Exception {
    owner.stop(0);
    var problem = get(DEVICES);
    assertThat(problem.statusCode()).isEqualTo(503);
    assertThat(problem.headers().firstValue("Retry-After")).isPresent();
    assertThat(problem.body()).contains("the role lab gives no answer", "fovea serve --roles=lab");
    assertThat(get("/api/2.0/mlflow/experiments/search").body())
        .contains("\"error_code\":\"TEMPORARILY_UNAVAILABLE\"", "role registry");
    assertThat(get("/inference/p/v2").body())
        .contains("does not know where the role rollouts runs", "serviceclient.rollouts.base-url");
  }

  @Test
  void givesUpAnOwnerThatIsSilent() throws Exception {
    play = exchange -> await(new CountDownLatch(1), Duration.ofSeconds(5));
    var answer = get(DEVICES);
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("it may have been done");
  }

  @Test
  void aPartIsNeverTakenForTheWhole() {
    play =
        exchange -> {
          // Half of what it announced, and then its connection ends.
          exchange.sendResponseHeaders(200, 20_000);
          exchange.getResponseBody().write(new byte[10_000]);
          exchange.getResponseBody().flush();
          throw new IOException("the owner dies");
        };
    assertThatThrownBy(() -> get(DEVICES)).isInstanceOf(IOException.class);
  }

  @Test
  void whatChangesSomethingIsSentOnce() throws Exception {
    play = exchange -> exchange.getRequestBody().readAllBytes();
    var answer =
        HTTP.send(
            request("/api/v1/lab/jobs").POST(BodyPublishers.ofString("{}")).build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(asked).hasSize(1);
  }

  @Test
  void tellsWhoComesBeyondTheLimitToComeBack() throws Exception {
    var busy = new CountDownLatch(3);
    var release = new CountDownLatch(1);
    play =
        exchange -> {
          busy.countDown();
          await(release);
          answer(exchange, 200, "late");
        };
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting =
          List.of(
              clients.submit(() -> get(DEVICES)),
              clients.submit(() -> get(DEVICES)),
              clients.submit(() -> get(DEVICES)));
      await(busy);
      assertThat(get(DEVICES).body()).contains("fovea.front.requests");
      release.countDown();
      for (var answer : waiting) {
        assertThat(answer.get().body()).isEqualTo("late");
      }
    }
    assertThat(get(DEVICES).statusCode()).as("afterwards").isEqualTo(200);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.getPort() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(request(path).build(), BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", door.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (InputStream in = exchange.getRequestBody()) {
      in.readAllBytes();
    }
    var body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void await(CountDownLatch latch) throws IOException {
    if (!await(latch, Duration.ofSeconds(20))) {
      throw new IOException("nothing came in 20 s");
    }
  }

  private static boolean await(CountDownLatch latch, Duration atMost) throws IOException {
    try {
      return latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
