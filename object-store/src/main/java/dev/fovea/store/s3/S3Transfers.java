package dev.fovea.store.s3;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.ResumedStream;
import dev.fovea.store.PartGone;
import dev.fovea.store.PartKey;
import dev.fovea.store.StoreUnavailable;
import dev.fovea.store.Transfers;
import dev.fovea.store.VerifiedStream;
import io.minio.Checksum;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.UploadObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import okhttp3.Headers;

/**
 * Parts as objects {@code <prefix>parts/<upload>/<number>}, each by a PUT of its own; they are no
 * parts of a multipart upload of S3's, since nobody knows the key of the whole before all its bytes
 * were read. The tag of a part that came through Fovea is the SHA-256 of its bytes, by which it is
 * compared when it is read; that of a part that came straight is the store's {@code ETag}.
 */
final class S3Transfers implements Transfers {
  private static final String OWN_TAG = "x-amz-meta-fovea-sha256";
  private static final Pattern OWN = Pattern.compile("[0-9a-f]{64}");

  private final S3Requests requests;
  private final MinioClient client;
  private final S3Properties properties;
  private final Optional<DirectAddresses> direct;

  S3Transfers(S3Requests requests, MinioClient client, S3Properties properties) {
    this.requests = requests;
    this.client = client;
    this.properties = properties;
    this.direct =
        Optional.ofNullable(properties.clientEndpoint())
            .map(endpoint -> new Presigned(properties, requests.client(endpoint)));
  }

  @Override
  public String put(PartKey key, InputStream bytes) throws IOException {
    // A request may be sent again, so the bytes are written down before.
    var spool = Files.createTempFile("fovea-part-", "");
    try {
      var hashing = new DigestInputStream(bytes, Digest.hasher());
      try (var out = Files.newOutputStream(spool)) {
        hashing.transferTo(out);
      }
      var tag = HexFormat.of().formatHex(hashing.getMessageDigest().digest());
      requests.asking(() ->
          client.uploadObject(
              UploadObjectArgs.builder()
                  .bucket(properties.bucket())
                  .object(name(key))
                  .filename(spool.toString(), properties.largestPut().toBytes())
                  .contentType("application/octet-stream")
                  .headers(new Http.Headers(OWN_TAG, tag))
                  .checksum(Checksum.Algorithm.CRC32)
                  .build()));
      return tag;
    } finally {
      Files.deleteIfExists(spool);
    }
  }

  @Override
  public OptionalLong size(PartKey key, String tag) {
    return requests.asking(() -> {
      try {
        var found =
            client.statObject(
                StatObjectArgs.builder().bucket(properties.bucket()).object(name(key)).build());
        return tag(found.headers()).equals(tag)
            ? OptionalLong.of(found.size())
            : OptionalLong.empty();
      } catch (ErrorResponseException e) {
        if (e.response().code() == 404) {
          return OptionalLong.empty();
        }
        throw e;
      }
    });
  }

  @Override
  public InputStream open(PartKey key, String tag) throws IOException {
    var first = from(key, tag, 0);
    var said = first.headers().get("Content-Length");
    var size = said == null ? Long.MAX_VALUE : Long.parseLong(said);
    var what = "part %d at %s".formatted(key.number(), properties.endpoint());
    var resumed = new ResumedStream(what, first, size, offset -> from(key, tag, offset));
    return own(first.headers()).isEmpty()
        ? resumed
        : new VerifiedStream(
            resumed,
            new Digest(tag),
            size,
            () -> {
              throw new PartGone(key.number());
            });
  }

  private GetObjectResponse from(PartKey key, String tag, long offset) throws IOException {
    var opened =
        requests.asking(() -> {
          var get = GetObjectArgs.builder().bucket(properties.bucket()).object(name(key));
          try {
            return client.getObject((offset == 0 ? get : get.offset(offset)).build());
          } catch (ErrorResponseException e) {
            if (e.response().code() == 404) {
              throw new PartGone(key.number());
            }
            throw e;
          }
        });
    if (!tag(opened.headers()).equals(tag)) {
      opened.close();
      throw new PartGone(key.number());
    }
    return opened;
  }

  /** One request each: what was never sent is deleted as well as what was. */
  @Override
  public void delete(String upload, int parts) {
    for (int number = 1; number <= parts; number++) {
      var key = new PartKey(upload, number);
      requests.asking(() -> {
        client.removeObject(
            RemoveObjectArgs.builder().bucket(properties.bucket()).object(name(key)).build());
        return key;
      });
    }
  }

  @Override
  public Optional<DirectAddresses> direct() {
    return direct;
  }

  private String name(PartKey key) {
    return name(properties, key);
  }

  private static String name(S3Properties properties, PartKey key) {
    return "%sparts/%s/%d".formatted(properties.prefix(), key.upload(), key.number());
  }

  private static String tag(Headers headers) {
    return own(headers)
        .orElseGet(() -> Optional.ofNullable(headers.get("ETag")).orElse("").replace("\"", ""));
  }

  private static Optional<String> own(Headers headers) {
    return Optional.ofNullable(headers.get(OWN_TAG)).filter(text -> OWN.matcher(text).matches());
  }

  /**
   * Signed by the key of Fovea's own identity, for the address at which clients reach the store.
   */
  private record Presigned(S3Properties properties, MinioClient client) implements DirectAddresses {
    @Override
    public URI part(PartKey key, Duration valid) {
      return signed(
          GetPresignedObjectUrlArgs.builder()
              .method(Http.Method.PUT)
              .bucket(properties.bucket())
              .object(name(properties, key))
              .expiry(Math.toIntExact(valid.toSeconds()))
              .build());
    }

    @Override
    public URI object(Digest digest, String fileName, Duration valid) {
      var disposition =
          "attachment; filename*=UTF-8''"
              + URLEncoder.encode(fileName, StandardCharsets.UTF_8).replace("+", "%20");
      return signed(
          GetPresignedObjectUrlArgs.builder()
              .method(Http.Method.GET)
              .bucket(properties.bucket())
              .object(properties.key(digest))
              .expiry(Math.toIntExact(valid.toSeconds()))
              .extraQueryParams(
                  new Http.QueryParameters("response-content-disposition", disposition))
              .build());
    }

    private URI signed(GetPresignedObjectUrlArgs request) {
      try {
        return URI.create(client.getPresignedObjectUrl(request));
      } catch (MinioException e) {
        var problem =
            new StoreUnavailable(
                "an address of %s can't be signed".formatted(properties.clientEndpoint()),
                "check fovea.objects.s3.client-endpoint");
        problem.initCause(e);
        throw problem;
      }
    }
  }
}
