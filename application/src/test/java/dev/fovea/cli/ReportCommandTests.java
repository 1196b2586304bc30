package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fovea release report} before a server that this test plays. */
class ReportCommandTests {
  private static final String RELEASE = "0b6e5d4f";
  private static final String HTML = "<!doctype html>\n<html><p>grün</p></html>\n";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile HttpHandler play = exchange -> {};

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          try (exchange) {
            play.handle(exchange);
          }
        });
    server.start();
    answer(200, "text/html;charset=UTF-8", HTML);
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private void answer(int status, String type, String body) {
    play =
        exchange -> {
          var bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
        };
  }

  private int run(Path file, String... more) {
    var arguments =
        new java.util.ArrayList<>(
            List.of(
                "release",
                "report",
                RELEASE,
                "--output",
                file.toString(),
                "-p",
                "parcels",
                "--server",
                "http://127.0.0.1:" + server.getAddress().getPort()));
    arguments.addAll(List.of(more));
    return CommandRun.of(out, err, arguments.toArray(String[]::new));
  }

  private List<String> files() throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesWhatTheServerSends() throws IOException {
    var file = folder.resolve("report.html");
    assertThat(run(file)).as(err.toString()).isEqualTo(ExitCode.OK);
    assertThat(file).content(StandardCharsets.UTF_8).isEqualTo(HTML);
    assertThat(asked).containsExactly("/api/v1/projects/parcels/releases/0b6e5d4f/report.html");
    assertThat(out.toString()).contains(file.toString());
    assertThat(files()).containsExactly("report.html");
  }

  @Test
  void replacesNothingUnlessItIsTold() throws IOException {
    var file = folder.resolve("report.html");
    Files.writeString(file, "before");
    assertThat(run(file)).isNotEqualTo(ExitCode.OK);
    assertThat(err.toString()).contains("is there already", "--force");
    assertThat(asked).as("nothing is fetched for it").isEmpty();
    assertThat(file).hasContent("before");
    assertThat(run(file, "--force")).isEqualTo(ExitCode.OK);
    assertThat(file).content(StandardCharsets.UTF_8).isEqualTo(HTML);
    assertThat(files()).containsExactly("report.html");
  }

  @Test
  void replacesNothingThatCameWhileTheServerAnswered() throws IOException {
    var file = folder.resolve("report.html");
    play =
        exchange -> {
          Files.writeString(file, "somebody else's");
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, HTML.getBytes(StandardCharsets.UTF_8).length);
          exchange.getResponseBody().write(HTML.getBytes(StandardCharsets.UTF_8));
        };
    assertThat(run(file)).isNotEqualTo(ExitCode.OK);
    assertThat(err.toString()).contains("is there already");
    assertThat(file).hasContent("somebody else's");
    assertThat(files()).containsExactly("report.html");
  }

  @Test
  void leavesNothingOfAnAnswerThatEndsHalfway() throws IOException {
    play =
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, 10_000);
          exchange.getResponseBody().write(HTML.getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          exchange.close();
        };
    var file = folder.resolve("report.html");
    assertThat(run(file)).isNotEqualTo(ExitCode.OK);
    assertThat(files()).isEmpty();
    Files.writeString(file, "before");
    assertThat(run(file, "--force")).isNotEqualTo(ExitCode.OK);
    assertThat(file).hasContent("before");
    assertThat(files()).containsExactly("report.html");
  }

  @Test
  void takesNothingElseForAReport() throws IOException {
    answer(404, "application/problem+json", "{}");
    assertThat(run(folder.resolve("a.html"))).isNotEqualTo(ExitCode.OK);
    assertThat(err.toString()).contains("0b6e5d4f", "fovea release list");
    answer(500, "text/html", "<html>");
    assertThat(run(folder.resolve("b.html"))).isNotEqualTo(ExitCode.OK);
    assertThat(err.toString()).contains("status 500");
    answer(200, "application/json", "{}");
    assertThat(run(folder.resolve("c.html"))).isNotEqualTo(ExitCode.OK);
    assertThat(files()).isEmpty();
  }

  @Test
  void refusesWhatIsNoReleaseAndNoPlaceForAFile() throws IOException {
    assertThat(
            CommandRun.of(
                out,
                err,
                "release",
                "report",
                "../../x",
                "-o",
                folder.resolve("x.html").toString(),
                "-p",
                "parcels"))
        .isNotEqualTo(ExitCode.OK);
    assertThat(err.toString()).contains("eight or more digits");
    assertThat(run(folder)).isNotEqualTo(ExitCode.OK);
    assertThat(err.toString()).contains("is a folder");
    assertThat(run(folder.resolve("none/x.html"))).isNotEqualTo(ExitCode.OK);
    assertThat(err.toString()).contains("make the folder first");
    assertThat(CommandRun.of(out, err, "release", "report", RELEASE)).isEqualTo(ExitCode.USAGE);
    assertThat(asked).isEmpty();
    assertThat(files()).isEmpty();
  }
}
