package dev.fovea.dvc.remote;

import dev.fovea.kernel.Backoff;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/**
 * Asks one remote again what it does not answer now. It is asked as many times as take about half a
 * minute, or longer where it says how long it wants to be left alone.
 */
final class Persistence {
  private static final int NOT_FOUND = 404;
  private static final int ATTEMPTS = 7;
  static final Duration FIRST_PAUSE = Duration.ofMillis(400);
  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** What servers say that may do it another time. */
  static final Set<Integer> LATER = Set.of(408, 429, 500, 502, 503, 504);

  /** What S3 says then, under a status that says otherwise: 400, or 200 of an upload in parts. */
  private static final Set<String> LATER_CODES =
      Set.of("InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown");

  private final String whom;
  private final Backoff backoff;

  /**
   * @param whom the remote's address
   * @param firstPause the longest that the first may be; each that follows is twice as long
   */
  Persistence(String whom, Duration firstPause) {
    this.whom = whom;
    this.backoff = new Backoff(ATTEMPTS, firstPause, LONGEST);
  }

  /** Hears in each answer how long the remote wants to be left alone. */
  Interceptor listening() {
    return chain -> {
      var answer = chain.proceed(chain.request());
      heard(answer.code(), answer.header("Retry-After"));
      return answer;
    };
  }

  /** Hears it in an answer that came by another client. */
  void heard(int status, @Nullable String retryAfter) {
    backoff.heard(status, retryAfter);
  }

  /**
   * Asks.
   *
   * @throws RemoteRefused when it refuses, in its own words
   * @throws RemoteUnavailable when it is given up
   */
  <T> T asking(Callable<T> call) throws IOException {
    var asking = backoff.asking();
    while (true) {
      try {
        return call.call();
      } catch (ErrorResponseException e) {
        if (!comesLater(e)) {
          throw new RemoteRefused(whom, e.errorResponse().code(), e.response().code(), e);
        }
        pause(asking, e);
      } catch (IOException | MinioException | IllegalStateException e) {
        // The client of MinIO throws the latter where no connection comes about.
        pause(asking, e);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(whom, e);
      }
    }
  }

  /** Asks for what may not be there; absent where it is not. */
  <T> Optional<T> present(Callable<T> call) throws IOException {
    return asking(() -> {
      try {
        return Optional.of(call.call());
      } catch (ErrorResponseException e) {
        if (e.response().code() == NOT_FOUND) {
          return Optional.empty();
        }
        throw e;
      }
    });
  }

  private static boolean comesLater(ErrorResponseException e) {
    return LATER.contains(e.response().code()) || LATER_CODES.contains(e.errorResponse().code());
  }

  private void pause(Backoff.Asking asking, Exception why) throws IOException {
    try {
      if (!asking.again()) {
        throw new RemoteUnavailable(whom, asking.account(), reason(why), why);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + whom);
    }
  }

  /** What the last of its causes says that says something. */
  private static String reason(Exception why) {
    var reason = why.getClass().getSimpleName();
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        reason = cause.getMessage();
      }
    }
    return reason;
  }
}
