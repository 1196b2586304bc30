package dev.fovea.rollouts.router;

import dev.fovea.serving.ModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/** Carries requests to model servers and answers back. */
final class Forwarding implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private final RouterLimits limits;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  Forwarding(RouterLimits limits) {
    this.limits = limits;
  }

  /**
   * What a client sent.
   *
   * @param path after {@code /v2}, as it was on the wire
   * @param headers those that a model server may see
   */
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Sent(String method, String path, Map<String, String> headers, byte[] body) {}

  /** What became of it. */
  sealed interface Received {
    /** An answer, good or bad. */
    record Answer(HttpResponse<byte[]> response, long nanos) implements Received {}

    /** None in time. */
    record TimedOut(Duration patience) implements Received {}

    /** None at all. */
    record Broken(String why) implements Received {}
  }

  Received send(Backend backend, Sent sent) throws InterruptedException {
    long start = System.nanoTime();
    try {
      return new Received.Answer(once(backend, sent), System.nanoTime() - start);
    } catch (HttpTimeoutException _) {
      return new Received.TimedOut(limits.patience());
    } catch (IOException _) {
      // A kept connection that the other side has just closed looks like this; inferring twice
      // changes nothing.
      return again(backend, sent, start);
    }
  }

  private Received again(Backend backend, Sent sent, long start) throws InterruptedException {
    try {
      return new Received.Answer(once(backend, sent), System.nanoTime() - start);
    } catch (HttpTimeoutException _) {
      return new Received.TimedOut(limits.patience());
    } catch (IOException e) {
      return new Received.Broken(String.valueOf(e.getMessage()));
    }
  }

  private HttpResponse<byte[]> once(Backend backend, Sent sent)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(backend.address() + "/v2" + sent.path()))
            .timeout(limits.patience())
            .method(
                sent.method(),
                sent.body().length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(sent.body()));
    sent.headers().forEach(request::header);
    return http.send(
        request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.body().bytes()));
  }

  /** The confidence that a model server told. */
  static OptionalDouble confidence(HttpResponse<byte[]> response) {
    var header = response.headers().firstValue(ModelServer.CONFIDENCE);
    try {
      return header.map(Double::parseDouble).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    } catch (NumberFormatException _) {
      return OptionalDouble.of(Double.NaN);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
