package dev.fovea.lab.agent.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.AgentRefused;
import dev.fovea.lab.Agents;
import dev.fovea.lab.remote.LabServer;
import dev.fovea.roles.TooManyRequests;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever wants in without a right to it, and labs that want more of a device than measurements.
 * The codes in brackets are those of docs/scorecard.md.
 */
class JoinAttacksTest {
  @TempDir private static Path folder;
  private static LabServer server;

  @BeforeAll
  static void start() {
    server = new LabServer().start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void join(String home, String code) {
    join(server, home, code);
  }

  private static void join(LabServer lab, String home, String code) {
    join(lab.address(), home, code, Optional.empty(), HandAgent.FACTS);
  }

  private static void join(
      URI lab, String home, String code, Optional<Name> device, Map<String, String> facts) {
    try (var kept = AgentHome.open(folder.resolve(home))) {
      RemoteAgent.join(kept, lab, code, device, facts);
    }
  }

  /** [L7] */
  @Test
  void aCodeThatWasGuessedAtFiveTimesIsDeadEvenForItsOwner() {
    // A lab of its own, since the others' failures count for this address too.
    try (var lab = new LabServer().start()) {
      var code = lab.code("guessed", "");
      var wrong = code.substring(0, 9) + "0".repeat(32);
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> join(lab, "guesser", wrong)).isInstanceOf(AgentRefused.class);
      }
      assertThatThrownBy(() -> join(lab, "owner", code))
          .isInstanceOf(AgentRefused.class)
          .hasMessage("the code is wrong, was used, or is too old");
      assertThat(lab.agents().invitations())
          .extracting(Agents.Invited::device)
          .doesNotContain(Name.of("guessed"));
      LabServer.until(
          "the refusal in the audit log",
          () ->
              lab.heard().audited.stream()
                  .anyMatch(act -> act.outcome().equals("refused: the code was guessed at")));
    }
  }

  /** [L7] */
  @Test
  void aCodeLetsOneKeyInAndGivesThatKeyTheSameAnswerAgain() {
    var code = server.code("single", "");
    join("single", code);
    join("single", code);
    assertThatThrownBy(() -> join("thief", code)).isInstanceOf(AgentRefused.class);
    LabServer.until(
        "both in the audit log",
        () ->
            server.heard().audited.stream()
                .filter(act -> act.object().equals("single") && act.outcome().equals("done"))
                .map(act -> act.act().replaceAll(" with key .*", ""))
                .collect(Collectors.toSet())
                .equals(Set.of("invited device", "joined the lab")));
  }

  /** [L7] */
  @Test
  void aCodeOfElevenMinutesAgoIsTooOld() {
    var code = server.code("old", "");
    server
        .jdbc()
        .sql(
            "update lab.invitation set expires = expires - interval '11 minutes' where device = 'old'")
        .update();
    assertThatThrownBy(() -> join("old", code)).isInstanceOf(AgentRefused.class);
  }

  /** [L8] */
  @Test
  void aCodeIsForTheDeviceThatItWasMadeFor() {
    var code = server.code("meant", "");
    assertThatThrownBy(() ->
            join(server.address(), "other", code, Optional.of(Name.of("other")), HandAgent.FACTS))
        .isInstanceOf(AgentRefused.class);
    assertThat(server.lab().devices()).noneMatch(d -> d.name().text().equals("other"));
  }

  /** [L7] */
  @Test
  void afterTenWrongCodesWithinAMinuteTheDoorIsShut() {
    try (var own = new LabServer().start()) {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() ->
                join(
                    own.address(),
                    "many",
                    "0".repeat(8) + "-" + "0".repeat(32),
                    Optional.empty(),
                    HandAgent.FACTS))
            .isInstanceOf(AgentRefused.class);
      }
      var good = own.code("late", "");
      assertThatThrownBy(() -> join(own.address(), "late", good, Optional.empty(), HandAgent.FACTS))
          .isInstanceOf(TooManyRequests.class)
          .hasMessageContaining("10 wrong codes or keys");
    }
  }

  /** [L1] */
  @Test
  void aDeviceIsItsKeyAndNotItsName() {
    try (var device = HandAgent.joined(server, "key-holder", "", folder.resolve("key-holder"));
        var home = AgentHome.open(folder.resolve("pretender"))) {
      var pretender = new LabLink(server.address(), device.device, DeviceKey.of(home));
      assertThatThrownBy(() ->
              pretender.call(
                  calls -> calls.poll(new AgentCalls.Report("question", HandAgent.FACTS))))
          .isInstanceOf(AgentRefused.class);
      assertThat(device.poll()).isEmpty();
    }
  }

  /** [L2] */
  @Test
  void aSignedChallengeOpensOneTokenAndOneOfAnotherHandNone() {
    try (var device = HandAgent.joined(server, "replayed", "", folder.resolve("replayed"))) {
      var door = LabLink.door(server.address());
      var challenge = door.challenge(new AgentCalls.Who(device.device)).text();
      var signed = device.key.sign(AgentCalls.CHALLENGE_TYPE, challenge);
      assertThat(door.token(signed).token()).startsWith("fag_");
      assertThatThrownBy(() -> door.token(signed)).isInstanceOf(AgentRefused.class);
      var own =
          device.key.sign(AgentCalls.CHALLENGE_TYPE, challenge.replace("replayed.", "another."));
      assertThatThrownBy(() -> door.token(own)).isInstanceOf(AgentRefused.class);
    }
  }

  /** [L8] */
  @Test
  void liesAboutTheDeviceAreBounded() {
    var many = new HashMap<String, String>();
    for (int i = 0; i < 49; i++) {
      many.put("fact-" + i, "x");
    }
    try (var device = HandAgent.joined(server, "liar", "", folder.resolve("liar"))) {
      for (var facts :
          java.util.List.of(
              many,
              Map.of("processor", "x".repeat(201)),
              Map.of("processor", "\u001b[31mred"),
              Map.of("<b>", "x"))) {
        assertThatThrownBy(
                () -> device.link.call(calls -> calls.poll(new AgentCalls.Report("q", facts))))
            .isInstanceOf(InvalidRequest.class)
            .hasMessageContaining("fact");
      }
    }
  }

  @Test
  void theKeyStaysOnTheDeviceInAFileOfItsOwner() throws Exception {
    join("mode", server.code("mode", ""));
    var key = folder.resolve("mode/key.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("mode"))))
        .isEqualTo("rwx------");
    try (var _ = AgentHome.open(folder.resolve("mode"))) {
      assertThatThrownBy(() -> AgentHome.open(folder.resolve("mode")))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("another agent runs on");
    }
  }

  /** [L6] */
  @Test
  void aLabThatHandsOutAPathForANameGetsNoFileWritten() throws Exception {
    try (var hostile = hostile("{\"device\":\"../../escaped\",\"kind\":\"cpu\"}")) {
      assertThatThrownBy(() ->
              join(
                  hostile.address(),
                  "hostile",
                  server.code("x", ""),
                  Optional.empty(),
                  HandAgent.FACTS))
          .hasStackTraceContaining("name: '../../escaped'");
    }
    assertThat(folder.resolve("hostile/agent.json")).doesNotExist();
    assertThat(Files.exists(folder.resolve("escaped"))).isFalse();
  }

  /** [L6] */
  @Test
  void aModelThatIsNotWhatItsDigestSaysOrHasNoEndIsNeverRun() throws Exception {
    var wanted = Digest.sha256("wanted".getBytes(StandardCharsets.UTF_8));
    var cache = folder.resolve("cache");
    var wrong =
        new ModelCache(
            cache,
            1_000,
            Name.of("d"),
            _ -> new ByteArrayInputStream("other".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> wrong.local(wanted))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("does not have the bytes");
    var endless =
        new ModelCache(
            cache,
            1_000,
            Name.of("d"),
            _ ->
                new java.io.InputStream() {
                  @Override
                  public int read() {
                    return 0;
                  }
                });
    assertThatThrownBy(() -> endless.local(wanted)).hasMessageContaining("larger than 1000 bytes");
    try (var files = Files.list(cache)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void modelsAreKeptWithinABoundAndReadAgainWhenTheDiskHasChangedThem() throws Exception {
    var fetched = new java.util.ArrayList<Digest>();
    var bytes = new HashMap<Digest, byte[]>();
    for (var text : java.util.List.of("a".repeat(400), "b".repeat(400), "c".repeat(400))) {
      var content = text.getBytes(StandardCharsets.UTF_8);
      bytes.put(Digest.sha256(content), content);
    }
    var cache =
        new ModelCache(
            folder.resolve("bounded"),
            1_000,
            Name.of("d"),
            digest -> {
              fetched.add(digest);
              return new ByteArrayInputStream(Objects.requireNonNull(bytes.get(digest)));
            });
    for (var digest : bytes.keySet()) {
      cache.local(digest);
      cache.local(digest);
    }
    assertThat(fetched).hasSize(3);
    try (var files = Files.list(folder.resolve("bounded"))) {
      assertThat(files).hasSize(2);
    }
    var last = fetched.getLast();
    Files.writeString(folder.resolve("bounded").resolve(last.hex()), "rotten");
    assertThat(Files.readAllBytes(cache.local(last).path())).isEqualTo(bytes.get(last));
    assertThat(fetched).hasSize(4);
  }

  /** A lab that answers everything so. */
  private record Hostile(HttpServer http) implements AutoCloseable {
    URI address() {
      return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    @Override
    public void close() {
      http.stop(0);
    }
  }

  private static Hostile hostile(String answer) throws Exception {
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          var body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    return new Hostile(http);
  }
}
