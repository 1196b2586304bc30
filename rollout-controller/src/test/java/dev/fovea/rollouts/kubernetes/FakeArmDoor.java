package dev.fovea.rollouts.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A pod's management address, with a cluster's name service in front of it: what the controller
 * calls by a Service's name, the model server behind gets by the address that it has here.
 */
final class FakeArmDoor implements AutoCloseable {
  private final HttpServer http;
  private final InetSocketAddress behind;
  private final Map<String, URI> services;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param services addresses of model servers by their Services' names
   */
  FakeArmDoor(InetSocketAddress behind, Map<String, URI> services) {
    this.behind = behind;
    this.services = services;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/", this::handle);
    http.start();
  }

  int port() {
    return http.getAddress().getPort();
  }

  private static String url(String service) {
    return "http://%s.models:%d".formatted(service, Names.PORT);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      for (var service : services.entrySet()) {
        body = body.replace(url(service.getKey()), service.getValue().toString());
      }
      var request =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://%s:%d%s"
                          .formatted(
                              behind.getAddress().getHostAddress(),
                              behind.getPort(),
                              exchange.getRequestURI())))
              .method(exchange.getRequestMethod(), BodyPublishers.ofString(body));
      Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
          .ifPresent(header -> request.header("Authorization", header));
      var response = client.send(request.build(), BodyHandlers.ofString());
      var answer = response.body();
      for (var service : services.entrySet()) {
        answer = answer.replace(service.getValue().toString(), url(service.getKey()));
      }
      var bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(response.statusCode(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    http.stop(0);
    client.shutdownNow();
  }
}
