package dev.fovea.cli.imports.rest;

import dev.fovea.kernel.Backoff;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server that speaks MLflow's REST protocol. An answer has at most 64 MiB of JSON; a server that
 * is busy or away is asked again for two minutes; no redirect is followed, since a token travels
 * with each request.
 */
public final class Rest implements AutoCloseable {
  private static final int MOST_JSON_BYTES = 64 << 20;
  private static final int MOST_TEXT_CHARS = 32 << 20;
  private static final int MOST_DEPTH = 100;
  private static final List<Integer> BUSY = List.of(429, 500, 502, 503, 504);
  private static final List<Integer> UNDONE = List.of(429, 503);

  private final URI address;
  private final Map<String, String> headers;
  private final Patience patience;
  private final Backoff backoff;
  private final HttpClient http;
  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_DEPTH)
                          .maxStringLength(MOST_TEXT_CHARS)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  /**
   * @param headers sent with each request, such as {@code Authorization}
   */
  public Rest(URI address, Map<String, String> headers, Patience patience) {
    this.address = address;
    this.headers = Map.copyOf(headers);
    this.patience = patience;
    this.backoff = new Backoff(patience.times(), patience.firstPause(), Duration.ofMinutes(2));
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(patience.silence())
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  public URI address() {
    return address;
  }

  /** What a GET answers. */
  public JsonNode get(String path, Query query) throws IOException {
    return object(() -> request(path, query).GET(), path);
  }

  /** What a POST answers that may be sent twice. */
  public JsonNode post(String path, Object body) throws IOException {
    return send("POST", path, body);
  }

  /** What a request with a body answers that may be sent twice. */
  public JsonNode send(String method, String path, Object body) throws IOException {
    return object(written(method, path, body), path);
  }

  /** What a POST answers that makes something: sent again only where the server did nothing. */
  public JsonNode create(String path, Object body) throws IOException {
    try (var answer = ask(written("POST", path, body), path, UNDONE)) {
      return parsed(bounded(answer, path), path);
    }
  }

  private Supplier<HttpRequest.Builder> written(String method, String path, Object body) {
    var bytes = json.writeValueAsBytes(body);
    return () ->
        request(path, Query.none())
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofByteArray(bytes));
  }

  /** The bytes of a file. */
  public InputStream download(String path, Query query) throws IOException {
    return ask(() -> request(path, query).GET(), path, BUSY);
  }

  /**
   * Sends the bytes of a file.
   *
   * @param body called anew for each try
   */
  public void upload(String path, Supplier<BodyPublisher> body) throws IOException {
    object(
        () ->
            // Without a time-out: how long it takes is up to the file.
            begun(path, Query.none())
                .header("Content-Type", "application/octet-stream")
                .PUT(body.get()),
        path);
  }

  private JsonNode object(Supplier<HttpRequest.Builder> request, String path) throws IOException {
    try (var body = ask(request, path, BUSY)) {
      return parsed(bounded(body, path), path);
    }
  }

  private byte[] bounded(InputStream body, String path) throws IOException {
    var bytes = body.readNBytes(MOST_JSON_BYTES + 1);
    if (bytes.length > MOST_JSON_BYTES) {
      throw new IOException(
          "%s%s answered more than %d bytes of JSON".formatted(address, path, MOST_JSON_BYTES));
    }
    return bytes;
  }

  private JsonNode parsed(byte[] bytes, String path) throws IOException {
    try {
      if (json.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new IOException(
          "%s%s did not answer JSON: %s"
              .formatted(address, path, Text.excerpt(e.getOriginalMessage())),
          e);
    }
    throw new IOException("%s%s did not answer a JSON object".formatted(address, path));
  }

  private InputStream ask(Supplier<HttpRequest.Builder> request, String path, List<Integer> again)
      throws IOException {
    var asking = backoff.asking();
    while (true) {
      Refusal refusal;
      try {
        var answer = once(request);
        backoff.heard(answer.statusCode(), answer.headers().firstValue("Retry-After").orElse(null));
        if (answer.statusCode() / 100 == 2) {
          return new Watched(answer.body(), patience.silence());
        }
        refusal = refusal(answer, path);
        if (!again.contains(answer.statusCode())) {
          throw refusal;
        }
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        refusal = unreachable(path, e);
        if (again.equals(UNDONE) && !(e instanceof ConnectException)) {
          throw refusal;
        }
      }
      if (!again(asking)) {
        throw new Refusal(
            refusal.status(),
            refusal.code(),
            "%s (%s)".formatted(refusal.explanation(), asking.account()),
            refusal.remedy());
      }
    }
  }

  private HttpResponse<InputStream> once(Supplier<HttpRequest.Builder> request) throws IOException {
    try {
      return http.send(request.get().build(), BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static boolean again(Backoff.Asking asking) throws IOException {
    try {
      return asking.again();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static InterruptedIOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    var told = new InterruptedIOException("interrupted");
    told.initCause(e);
    return told;
  }

  private Refusal refusal(HttpResponse<InputStream> answer, String path) throws IOException {
    byte[] bytes;
    try (var body = new Watched(answer.body(), patience.silence())) {
      bytes = body.readNBytes(1 << 16);
    }
    var code = "";
    var message = new String(bytes, StandardCharsets.UTF_8);
    try {
      if (json.readTree(bytes) instanceof ObjectNode object) {
        code = object.path("error_code").asString("");
        message = object.path("message").asString(object.path("detail").asString(message));
      }
    } catch (JacksonException _) {
      // A proxy's page: its text says as much.
    }
    return new Refusal(
        answer.statusCode(),
        code,
        "%s%s answered %d%s: %s"
            .formatted(
                address,
                path,
                answer.statusCode(),
                code.isEmpty() ? "" : " " + Text.excerpt(code),
                shortened(message)),
        switch (answer.statusCode()) {
          case 401, 403 -> "give it a token that may do this";
          case 404 -> "check the address";
          default -> "look into the server's log; the import goes on where it was";
        });
  }

  private static String shortened(String text) {
    var line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= 80 ? Text.excerpt(line) : Text.excerpt(line.substring(0, 79)) + "…";
  }

  private Refusal unreachable(String path, IOException why) {
    return new Refusal(
        0,
        "",
        "%s%s: no answer: %s"
            .formatted(
                address,
                path,
                why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage()),
        "check the address and that the server runs; the import goes on where it was");
  }

  private HttpRequest.Builder request(String path, Query query) {
    return begun(path, query).timeout(patience.silence());
  }

  private HttpRequest.Builder begun(String path, Query query) {
    var request = HttpRequest.newBuilder(uri(path, query));
    headers.forEach(request::header);
    return request;
  }

  private URI uri(String path, Query query) {
    return URI.create(address.toString().replaceAll("/+$", "") + path + query.text());
  }

  /** A path's segments, each encoded. */
  public static String encoded(String path) {
    var parts = new ArrayList<String>();
    for (var part : path.split("/", -1)) {
      parts.add(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"));
    }
    return String.join("/", parts);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
