package dev.fovea.rollouts.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The official client's connection and credentials. What may pass is tried again: a broken
 * connection, 429 and 5xx, after as long as the server asks for. Connects when it is first asked.
 */
final class Connection {
  private static final int TRIES = 4;
  private static final int MOST_MESSAGE_CHARS = 400;
  private static final long MOST_BYTES = 32 << 20;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final String[] CREDENTIALS = {"BearerToken"};

  private static final Path IN_A_POD =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

  private final Supplier<ApiClient> connecting;
  private @Nullable ApiClient connected;

  Connection(Supplier<ApiClient> connecting) {
    this.connecting = connecting;
  }

  /** By a kubeconfig file, or as the pod that this process runs in. */
  static Connection to(@Nullable Path kubeconfig) {
    if (!Files.isReadable(kubeconfig == null ? IN_A_POD : kubeconfig)) {
      throw new IllegalStateException(
          kubeconfig == null
              ? "this process is in no pod with a service account: give fovea.rollouts.kubernetes.kubeconfig"
              : "fovea.rollouts.kubernetes.kubeconfig: %s can't be read".formatted(kubeconfig));
    }
    return new Connection(() -> client(kubeconfig));
  }

  private static ApiClient client(@Nullable Path kubeconfig) {
    try {
      if (kubeconfig == null) {
        return ClientBuilder.cluster().build();
      }
      try (var reader = Files.newBufferedReader(kubeconfig)) {
        var config = KubeConfig.loadKubeConfig(reader);
        config.setFile(kubeconfig.toFile());
        return ClientBuilder.kubeconfig(config).build();
      }
    } catch (IOException | RuntimeException e) {
      throw new ClusterRefused(
          "connecting to Kubernetes",
          String.valueOf(e.getMessage()),
          "correct the file that fovea.rollouts.kubernetes.kubeconfig names");
    }
  }

  private synchronized ApiClient connected() {
    if (connected == null) {
      var client = connecting.get();
      connected =
          client.setHttpClient(
              client
                  .getHttpClient()
                  .newBuilder()
                  .connectTimeout(Duration.ofSeconds(3))
                  .readTimeout(Duration.ofSeconds(10))
                  .writeTimeout(Duration.ofSeconds(10))
                  .callTimeout(Duration.ofSeconds(15))
                  .retryOnConnectionFailure(false)
                  .followRedirects(false)
                  .build());
    }
    return connected;
  }

  /** One answer, read whole. */
  record Reply(int status, Duration retryAfter, JsonNode body) {
    String message() {
      var text = body.path("message").asString("");
      return "HTTP %d %s"
          .formatted(status, text.substring(0, Math.min(text.length(), MOST_MESSAGE_CHARS)));
    }
  }

  /**
   * Asks, and asks again for what may pass.
   *
   * @param what is done, for what is said when it fails
   * @throws ClusterUnreachable when no try came to an answer
   */
  Reply send(
      String what,
      String method,
      String path,
      List<Pair> query,
      @Nullable JsonNode body,
      @Nullable String type) {
    var pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      String why;
      var wait = pause;
      try {
        var reply = once(method, path, query, body, type);
        if (reply.status() != 429 && reply.status() < 500) {
          return reply;
        }
        why = reply.message();
        wait = longer(pause, reply.retryAfter());
      } catch (IOException e) {
        why = String.valueOf(e.getMessage());
      }
      if (attempt == TRIES) {
        throw new ClusterUnreachable(what, why);
      }
      Cluster.sleep(what, wait);
      pause = pause.multipliedBy(2);
    }
  }

  private Reply once(
      String method, String path, List<Pair> query, @Nullable JsonNode body, @Nullable String type)
      throws IOException {
    var headers = new HashMap<String, String>();
    headers.put("Accept", "application/json");
    if (type != null) {
      headers.put("Content-Type", type);
    }
    try {
      var call =
          connected()
              .buildCall(
                  null,
                  path,
                  method,
                  query,
                  List.of(),
                  body == null ? null : Cluster.JSON.writeValueAsBytes(body),
                  headers,
                  Map.of(),
                  Map.of(),
                  CREDENTIALS,
                  null);
      try (var response = call.execute()) {
        return new Reply(response.code(), retryAfter(response), tree(response));
      }
    } catch (ApiException e) {
      throw new IOException("the request could not be made: " + e.getMessage(), e);
    }
  }

  private static JsonNode tree(Response response) throws IOException {
    var bytes = response.body().byteStream().readNBytes((int) MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new IOException("an answer of more than %d bytes".formatted(MOST_BYTES));
    }
    try {
      return Cluster.JSON.readTree(bytes);
    } catch (JacksonException _) {
      // A proxy's page, say; the status tells what it means.
      return Cluster.JSON
          .createObjectNode()
          .put("message", new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private static Duration retryAfter(Response response) {
    try {
      var seconds = response.header("Retry-After");
      return seconds == null ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(seconds.strip()));
    } catch (NumberFormatException _) {
      return Duration.ZERO; // a date: a server that asks for that gets the usual pauses
    }
  }

  private static Duration longer(Duration pause, Duration asked) {
    var longer = asked.compareTo(pause) > 0 ? asked : pause;
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }
}
