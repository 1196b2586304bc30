package dev.fovea.store.s3;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.ResumedStream;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.StoreUnavailable;
import dev.fovea.store.TemporaryObject;
import dev.fovea.store.Transfers;
import dev.fovea.store.VerifiedStream;
import io.minio.BucketExistsArgs;
import io.minio.Checksum;
import io.minio.GetObjectArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.StatObjectArgs;
import io.minio.UploadObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

  private final S3Properties properties;
  private final S3Requests requests;
  private final MinioClient client;
  private final Transfers transfers;

  /** What a read found damaged, so that the next write of the same bytes replaces it. */
  private final Set<Digest> damaged = ConcurrentHashMap.newKeySet();

  /**
   * @throws StoreUnavailable when the bucket can't be reached or isn't there
   */
  public S3ObjectStore(S3Properties properties) {
    this.properties = properties;
    this.requests = new S3Requests(properties);
    this.client = requests.client(properties.endpoint());
    this.transfers = new S3Transfers(requests, client, properties);
    var exists =
        requests.asking(() ->
            client.bucketExists(BucketExistsArgs.builder().bucket(properties.bucket()).build()));
    if (!exists) {
      throw new StoreUnavailable(
          "there is no bucket '%s' at %s".formatted(properties.bucket(), properties.endpoint()),
          "create it, or correct fovea.objects.s3.bucket");
    }
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
    return requests.asking(() -> {
      var get = GetObjectArgs.builder().bucket(properties.bucket()).object(properties.key(digest));
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
    requests.close();
  }

  @Override
  public Transfers transfers() {
    return transfers;
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
    return requests.asking(() -> {
      try {
        return Optional.of(
            client
                .statObject(
                    StatObjectArgs.builder()
                        .bucket(properties.bucket())
                        .object(properties.key(digest))
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
    requests.asking(() -> {
      var upload =
          UploadObjectArgs.builder()
              .bucket(properties.bucket())
              .object(properties.key(digest))
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
}
