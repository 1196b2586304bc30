package dev.fovea.rollouts.router;

import dev.fovea.serving.ModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Carries requests to model servers and answers back. */
final class Forwarding implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private static final byte[] NOTHING = {};

  private final RouterLimits limits;
  private final BodyHandler<byte[]> bodies;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  private Forwarding(RouterLimits limits, BodyHandler<byte[]> bodies) {
    this.limits = limits;
    this.bodies = BodyHandlers.limiting(bodies, limits.body().bytes());
  }

  /** Keeps answers, for clients. */
  static Forwarding of(RouterLimits limits) {
    return new Forwarding(limits, BodyHandlers.ofByteArray());
  }

  /** Reads answers to their end as a client's are, but keeps their headers alone. */
  static Forwarding ofCopies(RouterLimits limits) {
    return new Forwarding(limits, BodyHandlers.replacing(NOTHING));
  }

  /**
   * What a client sent.
   *
   * @param path after {@code /v2}, as it was on the wire
   * @param headers those that a model server may see
   */
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Sent(String method, String path, Map<String, String> headers, byte[] body) {
    /** The same with one more header. */
    Sent with(String name, String value) {
      var more = new HashMap<>(headers);
      more.put(name, value);
      return new Sent(method, path, more, body);
    }
  }

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
    var response = http.sendAsync(request.build(), bodies);
    try {
      // The request's own time-out ends with the headers; a body may come for ever.
      return response.get(limits.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      throw new HttpTimeoutException("no whole answer within " + limits.patience());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    } finally {
      response.cancel(true);
    }
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

  /** A word for the classes that a model server named; the same for the same classes. */
  static Optional<String> answer(HttpResponse<byte[]> response) {
    return response.headers().firstValue(ModelServer.ANSWER);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
