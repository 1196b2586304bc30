package dev.fovea.dvc.remote;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks again what a store does not answer now, with pauses that double, each shortened by chance.
 */
final class Persistence {
  private static final int ATTEMPTS = 7;
  private static final long FIRST_MILLIS = 200;

  /** What servers say that may do it another time. */
  static final Set<Integer> LATER = Set.of(408, 429, 500, 502, 503, 504);

  private Persistence() {}

  /**
   * Asks; about half a minute long where the store says "later" or does not answer.
   *
   * @throws RemoteRefused when it refuses, in its own words
   */
  static <T> T asking(String whom, Callable<T> call) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.call();
      } catch (ErrorResponseException e) {
        if (!LATER.contains(e.response().code())) {
          throw new RemoteRefused(whom, e.errorResponse().code(), e.response().code(), e);
        }
        pause(whom, attempt, e);
      } catch (IOException | MinioException e) {
        pause(whom, attempt, e);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(whom, e);
      }
    }
  }

  private static void pause(String whom, int attempt, Exception why) throws IOException {
    if (attempt >= ATTEMPTS) {
      throw new IOException(
          "%s: asked %d times: %s".formatted(whom, attempt, why.getMessage()), why);
    }
    long most = FIRST_MILLIS << attempt;
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
