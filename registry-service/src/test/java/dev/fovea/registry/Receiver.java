package dev.fovea.registry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Somebody outside who is told things, checks what comes as its owner would, and answers as told.
 */
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private volatile Manner manner = _ -> 200;

  Receiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          var headers =
              exchange.getRequestHeaders().entrySet().stream()
                  .collect(
                      Collectors.toMap(
                          Map.Entry::getKey,
                          entry -> String.join(",", entry.getValue()),
                          (a, _) -> a,
                          () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER)));
          var call = new Got(headers, exchange.getRequestBody().readAllBytes());
          got.add(call);
          int status = manner.answer(call);
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  /** How it answers: with a status, when it likes. */
  interface Manner {
    int answer(Got call);
  }

  /** A call as it came. */
  record Got(Map<String, String> headers, byte[] body) {
    String id() {
      return headers.getOrDefault("webhook-id", "");
    }

    JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }

    String type() {
      return json().path("type").asString();
    }

    /**
     * By Standard Webhooks' rule: the base64 after {@code whsec_} is the key; one of them counts.
     */
    boolean isSignedByStandard(String secret) {
      return signatures()
          .contains(signature(Base64.getDecoder().decode(secret.substring("whsec_".length()))));
    }

    List<String> signatures() {
      return List.of(headers.getOrDefault("webhook-signature", "").split(" ", -1));
    }

    /** By MLflow's rule: the secret is the key as it is written. */
    boolean isSignedByMlflow(String secret) {
      return signature(secret.getBytes(StandardCharsets.UTF_8))
              .equals(headers.get("X-MLflow-Signature"))
          && id().equals(headers.get("X-MLflow-Delivery-Id"));
    }

    private String signature(byte[] key) {
      try {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(
            (id() + "." + headers.get("webhook-timestamp") + ".").getBytes(StandardCharsets.UTF_8));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  String url() {
    return url("127.0.0.1");
  }

  /** Its address by another name of this machine. */
  String url(String host) {
    return "http://%s:%d/hook/of-a-secret-path".formatted(host, port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  void answers(Manner with) {
    manner = with;
  }

  List<Got> got() {
    return List.copyOf(got);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
