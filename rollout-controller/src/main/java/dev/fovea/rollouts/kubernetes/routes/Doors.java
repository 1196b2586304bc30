package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.ResponseBody;

/** Plain HTTP to a gateway or a pod: short, bounded, without redirects. */
final class Doors implements AutoCloseable {
  private static final int MOST_BYTES = 256 << 10;
  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .connectTimeout(Duration.ofSeconds(1))
          .readTimeout(Duration.ofSeconds(2))
          .callTimeout(Duration.ofSeconds(3))
          .followRedirects(false)
          .connectionPool(new ConnectionPool())
          .build();

  /** What came back. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Reply(int status, byte[] body) {
    /** The beginning of the body, for messages. */
    String excerpt() {
      return Text.excerpt(new String(body, StandardCharsets.UTF_8));
    }
  }

  /**
   * One GET.
   *
   * @param host the Host header, where it isn't the address's
   */
  Reply get(String url, Optional<String> host) throws IOException {
    var request = new Request.Builder().url(url);
    host.ifPresent(name -> request.header("Host", name));
    return send(request);
  }

  /** One request of any method, with a bearer token. */
  Reply call(String method, String url, String token, Optional<byte[]> json) throws IOException {
    return send(
        new Request.Builder()
            .url(url)
            .header("Authorization", "Bearer " + token)
            .method(method, json.map(body -> RequestBody.create(body, JSON)).orElse(null)));
  }

  private Reply send(Request.Builder request) throws IOException {
    try (var response = http.newCall(request.build()).execute()) {
      return new Reply(response.code(), bounded(response.body()));
    }
  }

  private static byte[] bounded(ResponseBody body) throws IOException {
    var bytes = body.byteStream().readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new IOException("an answer of more than %d bytes".formatted(MOST_BYTES));
    }
    return bytes;
  }

  /** The first of these, if any. */
  static Optional<String> first(List<String> hostnames) {
    return hostnames.stream().findFirst();
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
