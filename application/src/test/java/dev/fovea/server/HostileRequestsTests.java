package dev.fovea.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Name;
import dev.fovea.roles.RemoteApi;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever the owner sends to whichever route of the OpenAPI document, no answer is a 5xx. */
@Timeout(240)
class HostileRequestsTests {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  @TempDir private static Path folder;
  private static FoveaServer server;
  private static String token;
  private static JsonNode document;

  /** An operation of the document, with its path filled in. */
  private record Operation(String method, String path, JsonNode schema) {}

  @BeforeAll
  static void start() throws Exception {
    server = FoveaServer.start(TestServers.at(folder));
    var owner = new RemoteApi(server.address(), Home.line(folder.resolve("token")));
    token = owner.token().orElseThrow();
    owner.as(Projects.class).create(Name.of("sample"));
    document = JsonMapper.shared().readTree(send("GET", "/v3/api-docs", "").body());
  }

  @AfterAll
  static void stop() {
    server.close();
    HTTP.close();
  }

  @Test
  void everyFieldOfEveryBodyMayBeAnything() throws Exception {
    var failed = new ArrayList<String>();
    int sent = 0;
    var bodies = new HostileBodies(document);
    for (var operation : operations()) {
      if (operation.schema().isMissingNode()) {
        continue;
      }
      for (var body : bodies.of(operation.schema())) {
        var answer = send(operation.method(), operation.path(), body);
        sent++;
        note(failed, operation.method() + " " + operation.path(), body, answer);
      }
    }
    assertThat(failed).isEmpty();
    assertThat(sent).as("bodies that were sent").isGreaterThan(1_000);
  }

  @ParameterizedTest(name = "[{index}]")
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "[null]",
        "{}",
        "0",
        "\"\\u0000\"",
        "{\"a\": ",
        "\u0000",
        "1e99999999999",
        "{\"\\u0000\": \"\\ud800\"}"
      })
  void everyBodyMayBeAnything(String body) throws Exception {
    var failed = new ArrayList<String>();
    for (var operation : operations()) {
      if (!operation.method().equals("GET")) {
        var answer = send(operation.method(), operation.path(), body);
        note(failed, operation.method() + " " + operation.path(), body, answer);
      }
    }
    assertThat(failed).isEmpty();
  }

  @Test
  void aBodyMayBeTenThousandLevelsDeep() throws Exception {
    everyBodyMayBeAnything("{\"a\":".repeat(10_000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=-1",
        "limit=0",
        "limit=99999999999999999999",
        "limit=1e3",
        "limit=",
        "%08=1&%01x=2",
        "limit=%zz",
        "limit=%",
        "%",
        "text=%00",
        "text=a%00b&key=a%00b&run=a%00b&path=a%00b&under=a%00b&containing=%00&prefix=%00&after=%00&each=1&limit=1&most=5&first=0&last=1&smoothing=0",
        "text=%ff%fe&key=%ff&run=%c0%80&path=%ed%a0%80&each=1&limit=1&most=5&first=0&last=1&smoothing=0",
        "first=-9223372036854775808&last=9223372036854775807&most=5&smoothing=NaN&key=x&run=x&each=500",
        "path=../../etc/passwd&key=%F0%9F%90%9F&run=0123456789abcdef0123456789abcdef&most=5&first=-9223372036854775808&last=9223372036854775807&smoothing=0.999",
        "hops=2147483648",
        "before=-2147483648&limit=10&path=a",
        "format=prov&direction=back&bytes=maybe",
        "a=b&a=c&a[]=d&=&&&"
      })
  void everyQueryMayBeAnything(String query) throws Exception {
    var failed = new ArrayList<String>();
    for (var operation : operations()) {
      if (operation.method().equals("GET")) {
        var answer = raw("GET", operation.path() + "?" + query, "");
        if (!answer.startsWith("HTTP/1.1 2") && !answer.startsWith("HTTP/1.1 4")) {
          failed.add(operation.path() + ": " + answer.lines().findFirst().orElse("nothing"));
        }
      }
    }
    assertThat(failed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%00",
        "a%00b",
        "%zz",
        "%",
        "%2e%2e",
        "%2F",
        "%5C",
        "%ff",
        "%ed%a0%80",
        "A",
        "0",
        "-9223372036854775809",
        "%E2%80%AE",
        "%F0%9F%90%9F",
        "%0d%0aX:1",
        ";a=b",
        "%25s%25n"
      })
  void everyPartOfAPathMayBeAnything(String part) throws Exception {
    var failed = new ArrayList<String>();
    for (var operation : documented()) {
      if (operation.path().contains("{")) {
        var path = operation.path().replaceAll("\\{[^}]+}", part.replace("\\", "\\\\"));
        var answer = raw(operation.method(), path, "");
        if (!answer.startsWith("HTTP/1.1 2") && !answer.startsWith("HTTP/1.1 4")) {
          failed.add(
              operation.method()
                  + " "
                  + path
                  + ": "
                  + answer.lines().findFirst().orElse("nothing"));
        }
      }
    }
    assertThat(failed).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Accept       | application/x-nothing
          Accept       | ;;;
          Accept       | text/html;q=nonsense
          Content-Type | application/json; charset=utf-99
          Content-Type | application/json; charset=utf-16
          Content-Type | text/plain
          Content-Type | application/xml
          Content-Type | multipart/form-data
          Content-Type | application/x-www-form-urlencoded
          Content-Type | nonsense
          Content-Encoding | gzip
          Expect       | 200-ok
          Range        | bytes=-1
          If-None-Match | x
          Accept-Language | *-*-*
          Authorization | Bearer
          Authorization | Digest x
          X-HTTP-Method-Override | DELETE
          """)
  void everyHeaderMayBeAnything(String name, String value) throws Exception {
    var failed = new ArrayList<String>();
    for (var operation : operations()) {
      var answer = raw(operation.method(), operation.path(), "%s: %s\r\n".formatted(name, value));
      // A server that is asked to expect something else says that it does not (417).
      if (!answer.startsWith("HTTP/1.1 2") && !answer.startsWith("HTTP/1.1 4")) {
        failed.add(
            operation.method()
                + " "
                + operation.path()
                + ": "
                + answer.lines().findFirst().orElse("nothing"));
      }
    }
    assertThat(failed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "PATCH", "FOO", "OPTIONS", "HEAD", "DELETE", "PUT", "POST"})
  void everyMethodMayBeTried(String method) throws Exception {
    var failed = new ArrayList<String>();
    for (var operation : operations()) {
      var answer = raw(method, operation.path(), "");
      if (!answer.startsWith("HTTP/1.1 2") && !answer.startsWith("HTTP/1.1 4")) {
        // 501 is what HTTP wants where a server knows no such method at all.
        if (!answer.startsWith("HTTP/1.1 501")) {
          failed.add(
              method
                  + " "
                  + operation.path()
                  + ": "
                  + answer.lines().findFirst().orElse("nothing"));
        }
      }
    }
    assertThat(failed).isEmpty();
  }

  private static void note(
      List<String> failed, String operation, String body, HttpResponse<String> answer) {
    if (answer.statusCode() >= 500) {
      failed.add(
          "%s with %s: %d %s"
              .formatted(
                  operation,
                  body.substring(0, Math.min(body.length(), 300)),
                  answer.statusCode(),
                  answer.body()));
    }
  }

  private static List<Operation> documented() {
    var operations = new ArrayList<Operation>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation ->
                    operations.add(
                        new Operation(
                            operation.getKey().toUpperCase(java.util.Locale.ROOT),
                            path.getKey(),
                            operation
                                .getValue()
                                .path("requestBody")
                                .path("content")
                                .path("application/json")
                                .path("schema")))));
    assertThat(operations).hasSizeGreaterThan(60);
    return operations;
  }

  private static List<Operation> operations() {
    return documented().stream()
        .map(operation ->
            new Operation(
                operation.method(),
                operation
                    .path()
                    .replace("{project}", "sample")
                    .replace("{commit}", "0".repeat(40))
                    .replace("{number}", "1")
                    .replaceAll("\\{(digest|batch|image|from|to|job)}", "sha256:" + "0".repeat(64))
                    .replaceAll("\\{[^}]+}", "x"),
                operation.schema()))
        .toList();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** The answer to a request that no client library would send. */
  private static String raw(String method, String path, String header) throws IOException {
    var authorization =
        header.startsWith("Authorization") ? "" : "Authorization: Bearer %s\r\n".formatted(token);
    try (var socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%sContent-Length: 2\r\nConnection: close\r\n\r\n{}"
                  .formatted(method, path, server.address().getPort(), authorization, header)
                  .getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
