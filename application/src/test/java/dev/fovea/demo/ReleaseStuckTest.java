package dev.fovea.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpServer;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.roles.RemoteApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ReleaseStuckTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  private volatile List<Release> releases = List.of();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            boolean asked = exchange.getRequestURI().getPath().endsWith("/digits/releases");
            var bytes = JSON.writeValueAsBytes(asked ? releases : List.of());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  @Timeout(60)
  void endsAtOnceWithEachRuleWhereTheGateRefusedWhatShallRollOut() {
    releases =
        List.of(
            release(
                4,
                Release.State.REFUSED,
                new Verdict(
                    false,
                    List.of(
                        ruling("accuracy of int8", 12, Outcome.PASS, "accuracy of int8 is fine"),
                        ruling(
                            "latency-p99 of int8 on local-cpu",
                            19,
                            Outcome.FAIL,
                            "latency-p99 of int8 on local-cpu is 9.310 ms, beyond the limit of 4.000 ms")))));
    var began = Instant.now();
    assertThatThrownBy(() -> RolloutActs.decided(stage(), 4, _ -> true))
        .asInstanceOf(type(ReleaseStuck.class))
        .satisfies(stuck -> {
          assertThat(stuck.explanation())
              .isEqualTo(
                  "the release of digit-reader 4 is refused by its gate: latency-p99 of int8 on local-cpu is 9.310 ms, beyond the limit of 4.000 ms (wanted: at most 4.000 ms; fovea.yaml:19)");
          assertThat(stuck.remedy())
              .contains(stage().page("/releases/" + releases.getFirst().digest().abbreviated()))
              .contains("busy")
              .contains("--home");
        });
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void saysWhyOneBrokeOffBeforeAnyGate() {
    var broken =
        new Release(
            digest(2),
            Stage.PROJECT,
            Stage.MODEL,
            2,
            digest(1),
            digest(1),
            GitCommit.of("1a2b3c4d".repeat(5)),
            Release.State.FAILED,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "quantize broke off: no image in its train split",
            "ada",
            Instant.EPOCH);
    assertThat(ReleaseStuck.of(broken, page -> "http://fovea" + page).explanation())
        .isEqualTo(
            "the release of digit-reader 2 is broken off: quantize broke off: no image in its train split");
  }

  @Test
  void goesOnWaitingWhileAnyReleaseOfTheVersionMayStillGetThere() {
    var refused = release(4, Release.State.REFUSED, new Verdict(false, List.of()));
    var running = release(4, Release.State.RUNNING, new Verdict(true, List.of()));
    assertThat(ReleaseStuck.in(List.of(running, refused), page -> page)).isEmpty();
    assertThat(ReleaseStuck.in(List.of(), page -> page)).isEmpty();
    assertThat(ReleaseStuck.in(List.of(refused, refused), page -> page)).isPresent();
  }

  private Stage stage() {
    var address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    var anyone = new RemoteApi(address, Optional.empty());
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Stage(
        address,
        Stage.PROJECT,
        folder,
        anyone,
        anyone,
        anyone,
        new Narrator(out, false, () -> Instant.EPOCH));
  }

  private static Release release(int number, Release.State state, Verdict verdict) {
    return new Release(
        digest(number),
        Stage.PROJECT,
        Stage.MODEL,
        number,
        digest(1),
        digest(1),
        GitCommit.of("1a2b3c4d".repeat(5)),
        state,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(verdict),
        Optional.empty(),
        "a gate has spoken",
        "ada",
        Instant.EPOCH);
  }

  private static Ruling ruling(String rule, int line, Outcome outcome, String explanation) {
    return new Ruling(
        rule,
        line,
        outcome,
        "at most 4.000 ms",
        4,
        9.31,
        9,
        10,
        "ms",
        "local-cpu",
        explanation,
        List.of());
  }

  private static Digest digest(int of) {
    return Digest.sha256(new byte[] {(byte) of});
  }
}
