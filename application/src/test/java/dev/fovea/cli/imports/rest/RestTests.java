package dev.fovea.cli.imports.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.cli.imports.rest.FakeServer.Reply;
import dev.fovea.kernel.Problem;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RestTests {
  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(1), 4, Duration.ofMillis(20));

  private static Rest rest(FakeServer server) {
    return new Rest(server.address(), Map.of(), SHORT);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void asksABusyServerAgain(int status) throws IOException {
    try (var server =
            new FakeServer(
                (_, count) -> count < 3 ? new Reply(status, "busy") : Reply.json("{\"a\": 1}"));
        var rest = rest(server)) {
      assertThat(rest.get("/x", Query.none()).path("a").asInt()).isEqualTo(1);
      assertThat(server.asked()).isEqualTo(3);
    }
  }

  @Test
  void givesUpOnOneThatStaysBusy() throws IOException {
    try (var server =
            new FakeServer((_, _) ->
                new Reply(500, "{\"error_code\":\"INTERNAL_ERROR\",\"message\":\"disk\"}"));
        var rest = rest(server)) {
      assertThatThrownBy(() -> rest.get("/x", Query.none()))
          .hasMessageContaining("answered 500 INTERNAL_ERROR: disk")
          .hasMessageContaining("asked 4 times")
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.kind()).isEqualTo(Problem.Kind.UNAVAILABLE));
    }
  }

  @Test
  void makesNothingTwiceWhereTheServerMayHaveMadeIt() throws IOException {
    try (var server = new FakeServer((_, _) -> new Reply(500, ""));
        var rest = rest(server)) {
      assertThatThrownBy(() -> rest.create("/x", Map.of())).hasMessageContaining("answered 500");
      assertThat(server.asked()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[1]", "{\"a\":", "null"})
  void takesNothingForAnAnswerThatIsNone(String body) throws IOException {
    try (var server = new FakeServer((_, _) -> Reply.json(body));
        var rest = rest(server)) {
      assertThatThrownBy(() -> rest.get("/x", Query.none()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not answer");
    }
  }

  @Test
  void boundsAnAnswer() throws IOException {
    var nested = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);
    var long64 = "{\"a\":\"" + "x".repeat(65 << 20) + "\"}";
    for (var body : List.of(nested, long64)) {
      try (var server = new FakeServer((_, _) -> Reply.json(body));
          var rest = rest(server)) {
        assertThatThrownBy(() -> rest.get("/x", Query.none())).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void followsNoRedirect() throws IOException {
    try (var server = new FakeServer((_, _) -> new Reply(302, ""));
        var rest = rest(server)) {
      assertThatThrownBy(() -> rest.get("/x", Query.none())).hasMessageContaining("answered 302");
      assertThat(server.asked()).isEqualTo(1);
    }
  }

  @Test
  void endsPagesThatRepeatThemselves() throws IOException {
    try (var server =
            new FakeServer((_, _) -> Reply.json("{\"runs\":[{}],\"next_page_token\":\"same\"}"));
        var rest = rest(server)) {
      assertThatThrownBy(() -> Paged.each("runs", _ -> rest.get("/x", Query.none()), _ -> {}))
          .hasMessageContaining("pages of runs do not end");
      assertThat(server.asked()).isEqualTo(2);
    }
  }

  @Test
  void endsEmptyPagesThatAlwaysHaveAnother() throws IOException {
    try (var server =
            new FakeServer(
                (_, count) -> Reply.json("{\"next_page_token\":\"%d\"}".formatted(count)));
        var rest = rest(server)) {
      assertThatThrownBy(() -> Paged.each("runs", _ -> rest.get("/x", Query.none()), _ -> {}))
          .hasMessageContaining("do not end");
    }
  }

  @Test
  void leavesAServerThatFallsSilent() throws Exception {
    try (var silent = new ServerSocket(0)) {
      var thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    var socket = silent.accept();
                    socket
                        .getOutputStream()
                        .write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":"
                                .getBytes(StandardCharsets.US_ASCII));
                  }
                } catch (IOException _) {
                  // The test is over.
                }
              });
      try (var rest =
          new Rest(URI.create("http://127.0.0.1:" + silent.getLocalPort()), Map.of(), SHORT)) {
        assertThatThrownBy(() -> rest.get("/x", Query.none()))
            .hasMessageContaining("no byte came in 1 s");
      }
      thread.interrupt();
    }
  }

  @Test
  void saysWhereNoServerIs() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (var rest = new Rest(URI.create("http://127.0.0.1:" + port), Map.of(), SHORT)) {
      assertThatThrownBy(() -> rest.get("/x", Query.none()))
          .hasMessageContaining("no answer")
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.kind()).isEqualTo(Problem.Kind.UNAVAILABLE));
    }
  }
}
