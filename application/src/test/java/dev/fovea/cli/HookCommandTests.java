package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Access;
import dev.fovea.registry.AuditLog;
import dev.fovea.registry.Webhook;
import dev.fovea.roles.RemoteApi;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.Home;
import dev.fovea.server.TestServers;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks by the command line, against a whole server and a receiver. */
@Timeout(240)
class HookCommandTests {
  @TempDir private static Path folder;
  private static FoveaServer server;
  private static RemoteApi owner;
  private static HttpServer receiver;
  private static String homeBefore = "";
  private static final List<Got> GOT = new CopyOnWriteArrayList<>();
  private static volatile int status = 200;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A delivery as it came. */
  private record Got(Headers headers, byte[] body) {
    String id() {
      return headers.getFirst("webhook-id");
    }

    List<String> signatures() {
      return List.of(headers.getFirst("webhook-signature").split(" ", -1));
    }

    String by(String secret) {
      try {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(
            new SecretKeySpec(
                Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        mac.update(
            "%s.%s."
                .formatted(id(), headers.getFirst("webhook-timestamp"))
                .getBytes(StandardCharsets.UTF_8));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @BeforeAll
  static void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    receiver.createContext(
        "/",
        exchange -> {
          GOT.add(new Got(exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    receiver.start();
    // The home whose token the command line finds by itself.
    homeBefore = System.getProperty("user.home");
    System.setProperty("user.home", folder.toString());
    var home = folder.resolve(".fovea");
    server =
        FoveaServer.start(TestServers.at(home).with("fovea.registry.webhooks.allowed=127.0.0.1"));
    owner = new RemoteApi(server.address(), Home.line(home.resolve("token")));
  }

  @AfterAll
  static void stop() {
    System.setProperty("user.home", homeBefore);
    server.close();
    receiver.stop(0);
  }

  @Test
  void aHookGoesFromItsMakingToItsEnd() throws Exception {
    var made = run("add", "to-the-team", url(), "--event", "run.failed,run.alert");
    assertThat(made).startsWith("whsec_").doesNotContain("\n");
    assertThat(run("list"))
        .contains("to-the-team", "active", "127.0.0.1", "run.failed,run.alert")
        .doesNotContain(made, "secret-path");
    assertThat(run("test", "to-the-team")).isEqualTo("to-the-team took the example, with 200");
    assertThat(GOT.getLast().signatures()).containsExactly(GOT.getLast().by(made));

    var second = run("rotate", "to-the-team");
    assertThat(err.toString()).contains("the secret before signs, too, until ");
    assertThat(run("list")).contains("twice");
    run("test", "to-the-team");
    assertThat(GOT.getLast().signatures())
        .containsExactly(GOT.getLast().by(second), GOT.getLast().by(made));
    var third = json("rotate", "to-the-team", "--end-old").path("secret").asString();
    run("test", "to-the-team");
    assertThat(GOT.getLast().signatures()).containsExactly(GOT.getLast().by(third));

    fail();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(run("deliveries", "to-the-team")).contains("DELIVERED"));
    var delivery = json("deliveries", "to-the-team").path(0);
    assertThat(delivery.path("event").asString()).isEqualTo("run.failed");
    int before = GOT.size();
    run("redeliver", "to-the-team", delivery.path("id").asString().substring(0, 8));
    await().atMost(Duration.ofSeconds(30)).until(() -> GOT.size() > before);
    assertThat(GOT.getLast().id()).isEqualTo(delivery.path("id").asString());

    status = 503;
    assertThat(code("test", "to-the-team")).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains("to-the-team did not take the example: ", "503");
    status = 200;
    assertThat(json("remove", "to-the-team").path("name").asString()).isEqualTo("to-the-team");
    assertThat(json("list")).isEmpty();
    assertThat(code("test", "to-the-team")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("to-the-team", "fovea hook list");
    await()
        .untilAsserted(() ->
            assertThat(owner.as(AuditLog.class).newest(Name.of("shelf"), 50))
                .extracting(entry -> entry.act())
                .contains(
                    "created webhook",
                    "rotated secret of webhook",
                    "rotated secret of webhook, ended the old one",
                    "tested webhook",
                    "deleted webhook"));
  }

  @Test
  void whatMayNotBeIsRefusedByName() throws Exception {
    assertThat(code("add", "inside", "https://169.254.169.254/", "--event", "run.alert"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("url: ");
    assertThat(code("add", "odd", url(), "--event", "run.begun")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("run.begun");
    assertThat(code("add", "none", url())).isEqualTo(ExitCode.USAGE);
    assertThat(json("list")).isEmpty();

    var token =
        owner
            .as(Access.class)
            .issue(new Access.TokenRequest("eve", "shelf", Set.of(Role.ENGINEER), 1))
            .token();
    for (var command :
        List.of(List.of("list"), List.of("add", "x", url(), "--event", "run.alert"))) {
      var process = process(token, command);
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isEqualTo(ExitCode.NOT_AUTHORISED);
      assertThat(said).contains("error[", "needs the role ADMIN", "ENGINEER");
    }
  }

  @Test
  void aHookIsMeantByItsNameOrTheBeginningOfItsId() {
    var one = hook("0e2b4c6d-0000-4000-8000-000000000001", "same");
    var two = hook("0e2b4c6d-0000-4000-8000-000000000002", "same");
    var three = hook("a1000000-0000-4000-8000-000000000003", "0e2b");
    var all = List.of(one, two, three);
    assertThat(HookCommand.meant("a1", all)).isEqualTo(three);
    assertThat(HookCommand.meant("0e2b", all)).as("names come first").isEqualTo(three);
    assertThat(HookCommand.meant(two.id(), all)).isEqualTo(two);
    for (var text : List.of("same", "0e2b4c", "", "none")) {
      assertThatThrownBy(() -> HookCommand.meant(text, all)).isInstanceOf(NoSuchThing.class);
    }
  }

  private static Webhook hook(String id, String name) {
    return new Webhook(
        id,
        Name.of("shelf"),
        name,
        "",
        "https://example.com/",
        List.of("run.alert"),
        true,
        true,
        Optional.empty(),
        Instant.EPOCH,
        Instant.EPOCH,
        0,
        Optional.empty(),
        0);
  }

  /** A run that ends badly. */
  private static void fail() throws Exception {
    var run = mlflow("create", "{\"experiment_id\": \"0\", \"start_time\": 1700000000000}");
    mlflow(
        "update",
        "{\"run_id\": \"%s\", \"status\": \"FAILED\"}"
            .formatted(run.at("/run/info/run_id").asString()));
  }

  private static JsonNode mlflow(String call, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("%s/api/2.0/mlflow/runs/%s".formatted(server.address(), call)))
            .header("Authorization", "Bearer " + owner.token().orElseThrow())
            .header("X-MLFLOW-WORKSPACE", "shelf")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JsonMapper.shared().readTree(answer.body());
    }
  }

  private static String url() {
    return "http://127.0.0.1:%d/of-a-secret-path".formatted(receiver.getAddress().getPort());
  }

  private String run(String... arguments) {
    assertThat(code(arguments)).as("%s%s", out, err).isEqualTo(ExitCode.OK);
    return out.toString().strip();
  }

  private JsonNode json(String... arguments) {
    var all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    return JsonMapper.shared().readTree(run(all));
  }

  private int code(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return CommandRun.of(out, err, line(List.of(arguments)).toArray(String[]::new));
  }

  private static List<String> line(List<String> arguments) {
    var line = new ArrayList<>(List.of("hook"));
    line.addAll(arguments);
    line.addAll(List.of("-p", "shelf", "--server", server.address().toString()));
    return line;
  }

  /** The command line in a process of its own, with a token of its own. */
  private static Process process(String token, List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.fovea.Fovea"));
    command.addAll(line(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FOVEA_TOKEN", token);
    return builder.start();
  }
}
