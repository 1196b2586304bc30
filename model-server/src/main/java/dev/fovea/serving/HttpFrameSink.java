package dev.fovea.serving;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends frames to Fovea's rollouts role, a batch a POST ({@link FrameBatch}), on the capture's own
 * thread. Between a failure and the next attempt lies a pause that doubles from one to another up
 * to a longest and ends with the first success. While it lasts, frames wait in the capture's bounds
 * and what does not fit is dropped there: nobody else waits.
 *
 * <p>An answer that may change (5xx, 408, 429, none within the patience) is asked for again with
 * the same batch, five times in all; any other but 2xx drops the batch at once. A redirection is
 * such another: the token goes nowhere but to the address.
 */
public final class HttpFrameSink implements FrameSink {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int ATTEMPTS = 5;
  private static final long MOST_ANSWER_BYTES = 16 << 10;

  private final URI address;
  private final String token;
  private final Times times;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();
  private Duration pause = Duration.ZERO;
  private boolean ending;

  /**
   * How long things take at most.
   *
   * @param patience for one POST, from connecting to the answer's last byte
   * @param pause after the first failure
   * @param longestPause after many
   */
  record Times(Duration patience, Duration pause, Duration longestPause) {
    static final Times STANDARD =
        new Times(Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(60));
  }

  /**
   * To an address, in a rollout's name.
   *
   * @throws IllegalArgumentException when it is none that {@link #requireAddress} takes
   */
  public HttpFrameSink(URI address, FramesToken token, Digest rollout) {
    this(address, token.of(rollout), Times.STANDARD);
  }

  HttpFrameSink(URI address, String token, Times times) {
    this.address = requireAddress(address);
    this.token = token;
    this.times = times;
  }

  /**
   * Takes {@code http} and {@code https} addresses with a host, and no user, query or fragment.
   *
   * @throws IllegalArgumentException when it is another one
   */
  public static URI requireAddress(URI address) {
    boolean good =
        ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
            && address.getHost() != null
            && address.getRawUserInfo() == null
            && address.getRawQuery() == null
            && address.getRawFragment() == null;
    if (!good) {
      // Not repeated: whoever puts a password into it should not find it in a log.
      throw new IllegalArgumentException(
          "frames address of scheme '%s' and host '%s' (expected: http://host:port/path, without user, query or fragment)"
              .formatted(address.getScheme(), address.getHost()));
    }
    return address;
  }

  private sealed interface Answer {
    record Kept() implements Answer {}

    record Refused(String why) implements Answer {}

    record NotNow(String why) implements Answer {}
  }

  @Override
  public void keep(List<SeenFrame> frames) throws IOException {
    var parts = FrameBatch.write(frames);
    for (int attempt = 1; ; attempt++) {
      rest();
      switch (post(parts)) {
        case Answer.Kept _ -> {
          pause = Duration.ZERO;
          return;
        }
        case Answer.Refused(var why) -> {
          lengthen();
          throw new IOException("%s refused them: %s".formatted(address, why));
        }
        case Answer.NotNow(var why) -> {
          lengthen();
          if (attempt == ATTEMPTS || ending) {
            throw new IOException(
                "%s did not take them, %d times in a row: %s".formatted(address, attempt, why));
          }
        }
      }
    }
  }

  /** Waits out the pause, if there is one. Told to end, the server tries once more, at once. */
  private void rest() {
    if (pause.isZero() || ending) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    } catch (InterruptedException _) {
      ending = true;
    }
  }

  private void lengthen() {
    var longer = pause.isZero() ? times.pause() : pause.multipliedBy(2);
    pause = longer.compareTo(times.longestPause()) < 0 ? longer : times.longestPause();
  }

  private Answer post(List<byte[]> parts) {
    var body =
        BodyPublishers.concat(
            parts.stream().map(BodyPublishers::ofByteArray).toArray(BodyPublisher[]::new));
    var request =
        HttpRequest.newBuilder(address)
            .timeout(times.patience())
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", FrameBatch.MEDIA_TYPE)
            .POST(body)
            .build();
    var answer =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
    try {
      return read(whole(answer));
    } catch (TimeoutException _) {
      return new Answer.NotNow("no whole answer within %s".formatted(times.patience()));
    } catch (ExecutionException e) {
      var cause = Optional.ofNullable(e.getCause()).orElse(e);
      return new Answer.NotNow(Text.excerpt(cause.toString()));
    } finally {
      answer.cancel(true);
    }
  }

  /** Told to end, the server still hears what became of the batch that is under way. */
  private HttpResponse<byte[]> whole(Future<HttpResponse<byte[]>> answer)
      throws ExecutionException, TimeoutException {
    long end = System.nanoTime() + times.patience().toNanos();
    while (true) {
      try {
        return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException _) {
        ending = true;
      }
    }
  }

  private static Answer read(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return new Answer.Kept();
    }
    var why =
        "%d %s"
            .formatted(status, Text.excerpt(new String(response.body(), StandardCharsets.UTF_8)));
    return status >= 500 || status == 408 || status == 429
        ? new Answer.NotNow(why)
        : new Answer.Refused(why);
  }
}
