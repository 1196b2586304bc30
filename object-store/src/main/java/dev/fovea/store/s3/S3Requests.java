package dev.fovea.store.s3;

import dev.fovea.kernel.Backoff;
import dev.fovea.store.StoreUnavailable;
import io.minio.MinioClient;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/** Requests to one S3, sent again where it is busy, silent or breaks off. */
final class S3Requests {
  private static final int REQUESTS_PER_HOST = 64;
  private static final int TRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(400);

  /** What the pauses add to the time in which the store is silent; as much is waited on request. */
  private static final Duration LONGEST_PAUSES = Duration.ofSeconds(10);

  private final S3Properties properties;
  private final Backoff backoff;
  private final OkHttpClient http;

  S3Requests(S3Properties properties) {
    this.properties = properties;
    this.backoff =
        new Backoff(
            TRIES, FIRST_PAUSE, properties.patience().multipliedBy(TRIES).plus(LONGEST_PAUSES));
    var dispatcher = new Dispatcher();
    // OkHttp's own limit is 5 requests a host.
    dispatcher.setMaxRequestsPerHost(REQUESTS_PER_HOST);
    dispatcher.setMaxRequests(REQUESTS_PER_HOST);
    this.http =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .addInterceptor(this::heard)
            .connectionPool(new ConnectionPool(REQUESTS_PER_HOST, 1, TimeUnit.MINUTES))
            .connectTimeout(Duration.ofSeconds(5))
            .readTimeout(properties.patience())
            .writeTimeout(properties.patience())
            .followRedirects(false)
            .build();
  }

  /** A client that sends by this one's connections. */
  MinioClient client(URI endpoint) {
    return MinioClient.builder()
        .endpoint(endpoint.toString())
        .region(properties.region())
        .credentials(properties.accessKey(), properties.secretKey())
        .httpClient(http)
        .build();
  }

  private Response heard(Interceptor.Chain chain) throws IOException {
    var answer = chain.proceed(chain.request());
    backoff.heard(answer.code(), answer.header("Retry-After"));
    return answer;
  }

  void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  interface Request<T> {
    T send() throws MinioException;
  }

  /** Every request may be sent again: reads change nothing, and a write writes what it names. */
  <T> T asking(Request<T> request) {
    var asking = backoff.asking();
    while (true) {
      try {
        return request.send();
      } catch (MinioException | IllegalStateException e) {
        // The client throws the latter where no connection comes about.
        var status = status(e);
        boolean passes = status == 0 || status >= 500 || status == 429;
        if (!passes || !again(asking)) {
          throw unavailable(status, asking.account(), e);
        }
      }
    }
  }

  private boolean again(Backoff.Asking asking) {
    try {
      return asking.again();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable(
          "interrupted while waiting for " + properties.endpoint(), "try again");
    }
  }

  /** The status of the answer; 0 where there was none that could be read. */
  private static int status(Exception failure) {
    return switch (failure) {
      case ErrorResponseException answer -> answer.response().code();
      case ServerException answer -> answer.statusCode();
      default -> 0;
    };
  }

  /**
   * Only the status is told, never the body: a wrong endpoint's answer is none of the caller's
   * business.
   */
  private StoreUnavailable unavailable(int status, String account, Exception cause) {
    var problem =
        status == 0
            ? new StoreUnavailable(
                "no usable answer from %s (%s)".formatted(properties.endpoint(), account),
                "check fovea.objects.s3.endpoint and whether the S3 store runs")
            : new StoreUnavailable(
                "%s answered %d for bucket '%s' (%s)"
                    .formatted(properties.endpoint(), status, properties.bucket(), account),
                status == 403
                    ? "check fovea.objects.s3.access-key and what it may do"
                    : "see the log of the S3 store");
    problem.initCause(cause);
    return problem;
  }
}
