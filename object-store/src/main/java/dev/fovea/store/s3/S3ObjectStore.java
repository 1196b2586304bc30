package dev.fovea.store.s3;

import dev.fovea.kernel.Backoff;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.ResumedStream;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.StoreUnavailable;
import dev.fovea.store.TemporaryObject;
import dev.fovea.store.VerifiedStream;
import io.minio.BucketExistsArgs;
import io.minio.Checksum;
import io.minio.GetObjectArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.StatObjectArgs;
import io.minio.UploadObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * Objects at {@code <prefix>sha256/ab/cdef…} of a bucket. A write is one PUT with {@code
 * If-None-Match: *} and a CRC32, which the store checks; it is repeated when no answer comes, since
 * a second PUT of the same object changes nothing. What is too large for one PUT goes in parts,
 * visible when the last one is there; those carry no condition, since writing the same bytes twice
 * is harmless. A read that breaks off goes on where it was. Never lists.
 */
public final class S3ObjectStore implements ObjectStore, AutoCloseable {
  /** Of an object in parts: at most 10,000 of them, so 640 GB. */
  private static final long PART_BYTES = 64L << 20;

  private static final long LIMIT_BYTES = 10_000 * PART_BYTES;
  private static final int REQUESTS_PER_HOST = 64;
  private static final int TRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(400);

  /** What the pauses add to the time in which the store is silent; as much is waited on request. */
  private static final Duration LONGEST_PAUSES = Duration.ofSeconds(10);

  private final S3Properties properties;
  private final Backoff backoff;
  private final OkHttpClient http;
  private final MinioClient client;

  /** What a read found damaged, so that the next write of the same bytes replaces it. */
  private final Set<Digest> damaged = ConcurrentHashMap.newKeySet();

  /**
   * @throws StoreUnavailable when the bucket can't be reached or isn't there
   */
  public S3ObjectStore(S3Properties properties) {
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
    this.client =
        MinioClient.builder()
            .endpoint(properties.endpoint().toString())
            .region(properties.region())
            .credentials(properties.accessKey(), properties.secretKey())
            .httpClient(http)
            .build();
    var exists =
        asking(() ->
            client.bucketExists(BucketExistsArgs.builder().bucket(properties.bucket()).build()));
    if (!exists) {
      throw new StoreUnavailable(
          "there is no bucket '%s' at %s".formatted(properties.bucket(), properties.endpoint()),
          "create it, or correct fovea.objects.s3.bucket");
    }
  }

  private Response heard(Interceptor.Chain chain) throws IOException {
    var answer = chain.proceed(chain.request());
    backoff.heard(answer.code(), answer.header("Retry-After"));
    return answer;
  }

  @Override
  public Digest put(InputStream bytes) throws IOException {
    // The key is the digest, so the bytes are written down before they can be sent.
    var spool = Files.createTempFile("fovea-upload-", "");
    try {
      var hashing = new DigestInputStream(bytes, Digest.hasher());
      long size;
      try (var out = Files.newOutputStream(spool)) {
        size = hashing.transferTo(out);
      }
      if (size > LIMIT_BYTES) {
        throw new IOException(
            "object of %d bytes (expected: at most %d)".formatted(size, LIMIT_BYTES));
      }
      var digest = new Digest(HexFormat.of().formatHex(hashing.getMessageDigest().digest()));
      if (damaged.contains(digest) || !isThere(digest, size)) {
        upload(digest, spool, size);
        damaged.remove(digest);
      }
      return digest;
    } finally {
      Files.deleteIfExists(spool);
    }
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    var size = size(digest);
    var what = "%s at %s".formatted(digest, properties.endpoint());
    var resumed = new ResumedStream(what, from(digest, 0), size, offset -> from(digest, offset));
    return new VerifiedStream(resumed, digest, size, () -> damaged.add(digest));
  }

  private InputStream from(Digest digest, long offset) {
    return asking(() -> {
      var get = GetObjectArgs.builder().bucket(properties.bucket()).object(key(digest));
      return client.getObject((offset == 0 ? get : get.offset(offset)).build());
    });
  }

  @Override
  public LocalObject local(Digest digest) throws IOException {
    var file = Files.createTempFile("fovea-object-", "");
    try (var in = open(digest);
        var out = Files.newOutputStream(file)) {
      in.transferTo(out);
      return new TemporaryObject(file);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  @Override
  public boolean exists(Digest digest) {
    return stat(digest).isPresent();
  }

  @Override
  public long size(Digest digest) {
    return stat(digest).orElseThrow(() -> new NoSuchObject(digest));
  }

  @Override
  public void close() throws IOException {
    try {
      client.close();
    } catch (Exception e) {
      throw new IOException("the client of " + properties.endpoint(), e);
    }
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private String key(Digest digest) {
    return "%ssha256/%s/%s"
        .formatted(properties.prefix(), digest.hex().substring(0, 2), digest.hex().substring(2));
  }

  /** An object of another size is a damaged one. */
  private boolean isThere(Digest digest, long size) {
    var found = stat(digest);
    if (found.isPresent() && found.get() != size) {
      damaged.add(digest);
    }
    return found.isPresent() && found.get() == size;
  }

  private Optional<Long> stat(Digest digest) {
    return asking(() -> {
      try {
        return Optional.of(
            client
                .statObject(
                    StatObjectArgs.builder()
                        .bucket(properties.bucket())
                        .object(key(digest))
                        .build())
                .size());
      } catch (ErrorResponseException e) {
        if (e.response().code() == 404) {
          return Optional.empty();
        }
        throw e;
      }
    });
  }

  private void upload(Digest digest, Path file, long size) {
    var whole = size <= properties.largestPut().toBytes();
    var part = whole ? properties.largestPut().toBytes() : partBytes();
    asking(() -> {
      var upload =
          UploadObjectArgs.builder()
              .bucket(properties.bucket())
              .object(key(digest))
              .filename(file.toString(), part)
              .contentType("application/octet-stream")
              .checksum(Checksum.Algorithm.CRC32);
      if (whole && properties.conditionalWrites() && !damaged.contains(digest)) {
        upload.headers(new Http.Headers("If-None-Match", "*"));
      }
      try {
        return client.uploadObject(upload.build());
      } catch (ErrorResponseException e) {
        // Somebody stored the same bytes meanwhile, or we did and the answer was lost.
        if (e.response().code() == 412) {
          return digest;
        }
        throw e;
      }
    });
  }

  private long partBytes() {
    return Math.min(PART_BYTES, properties.largestPut().toBytes());
  }

  private interface Request<T> {
    T send() throws MinioException;
  }

  /** Every request may be sent again: reads change nothing, and a write writes what it names. */
  private <T> T asking(Request<T> request) {
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
