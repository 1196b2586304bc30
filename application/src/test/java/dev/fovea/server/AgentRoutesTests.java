package dev.fovea.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.SigningKey;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.Agents;
import dev.fovea.lab.Lab;
import dev.fovea.lab.agent.remote.AgentHome;
import dev.fovea.lab.agent.remote.RemoteAgent;
import dev.fovea.registry.Access;
import dev.fovea.registry.AuditLog;
import dev.fovea.roles.RemoteApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent's token opens in the whole application, and what it does not. */
class AgentRoutesTests {
  private static final Map<String, String> FACTS = Map.of("processor", "of a test");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  @TempDir private static Path folder;
  private static FoveaServer server;
  private static RemoteApi owner;

  @BeforeAll
  static void start() {
    server =
        FoveaServer.start(
            TestServers.at(folder.resolve("home"))
                .with("fovea.lab.agent.longest-poll=100ms")
                .with("logging.level.root=error"));
    owner = new RemoteApi(server.address(), Home.line(folder.resolve("home/token")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String invite(String device) {
    return owner
        .as(Agents.class)
        .invite(new Agents.InviteRequest(Name.of(device), "cpu", Optional.empty()))
        .code();
  }

  /** Joins with a key of this test, and answers the agent's token. */
  private static String token(String device) throws Exception {
    var key = SigningKey.generate();
    var door = new RemoteApi(server.address(), Optional.empty()).as(AgentCalls.class);
    var code = invite(device);
    door.join(
        new AgentCalls.Join(
            code,
            Optional.empty(),
            key.verifying().toString(),
            signed(AgentCalls.JOIN_TYPE, code, key),
            FACTS));
    var challenge = door.challenge(new AgentCalls.Who(Name.of(device))).text();
    return door.token(signed(AgentCalls.CHALLENGE_TYPE, challenge, key)).token();
  }

  private static Envelope signed(String type, String text, SigningKey key) {
    return key.sign(type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static int status(String method, String path, String token)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return HTTP.send(request, BodyHandlers.ofString()).statusCode();
  }

  @Test
  void anAgentMayDoWhatIsForAgentsAndNothingElse() throws Exception {
    var token = token("bench-a");
    var calls = new RemoteApi(server.address(), Optional.of(token)).as(AgentCalls.class);
    assertThat(calls.poll(new AgentCalls.Report("q", FACTS)).given()).isEmpty();
    for (var path :
        List.of(
            "GET /api/v1/projects",
            "GET /api/v1/lab/devices",
            "GET /api/v1/me",
            "POST /api/v1/me/sign-in-link",
            "POST /api/v1/lab/invitations",
            "DELETE /api/v1/lab/devices/bench-a",
            "POST /api/v1/lab/jobs",
            "POST /api/v1/access/tokens",
            "GET /actuator/prometheus",
            "GET /api/2.0/mlflow/experiments/get",
            "POST /internal/v1/inbox/lab/x")) {
      var parts = path.split(" ");
      assertThat(status(parts[0], parts[1], token)).as(path).isEqualTo(403);
    }
    assertThat(status("POST", "/api/v1/lab/agents/me/poll", "fag_" + "0".repeat(64)))
        .isEqualTo(401);
  }

  @Test
  void nobodyElseIsAnAgent() throws Exception {
    var report = new AgentCalls.Report("q", FACTS);
    assertThatThrownBy(() -> owner.as(AgentCalls.class).poll(report))
        .isInstanceOfSatisfying(
            Problem.class, e -> assertThat(e.kind()).isEqualTo(Problem.Kind.FORBIDDEN));
    assertThatThrownBy(() ->
            owner
                .as(Access.class)
                .issue(
                    new Access.TokenRequest("device/bench-a", "*", Set.of(Caller.Role.AGENT), 1)))
        .hasMessageContaining("the role AGENT is given to no token");
    var engineer =
        owner
            .as(Access.class)
            .issue(new Access.TokenRequest("ada", "*", Set.of(Caller.Role.ENGINEER), 1))
            .token();
    assertThat(status("POST", "/api/v1/lab/agents/me/poll", engineer)).isEqualTo(403);
    assertThat(status("POST", "/api/v1/lab/invitations", engineer)).isEqualTo(403);
    assertThat(status("DELETE", "/api/v1/lab/devices/local-cpu", engineer)).isEqualTo(403);
  }

  @Test
  void aRemovedAgentIsRefusedAtOnceAndEverythingIsInTheAuditLog() throws Exception {
    try (var home = AgentHome.open(folder.resolve("agent"))) {
      RemoteAgent.join(home, server.address(), invite("bench-b"), Optional.empty(), FACTS);
    }
    var token = token("bench-c");
    assertThat(owner.as(Lab.class).device(Name.of("bench-c")).key()).isPresent();
    owner.as(Agents.class).remove(Name.of("bench-c"));
    assertThat(status("POST", "/api/v1/lab/agents/me/poll", token)).isEqualTo(401);
    var log = owner.as(AuditLog.class);
    List<String> acts = List.of();
    for (int i = 0; i < 100 && !acts.contains("removed device"); i++) {
      Thread.sleep(100);
      acts =
          log.newest(Name.of("audit-of-everything"), 100).stream()
              .map(row -> row.act().replaceAll(" with key .*", ""))
              .toList();
    }
    assertThat(acts).contains("invited device", "joined the lab", "removed device");
  }
}
