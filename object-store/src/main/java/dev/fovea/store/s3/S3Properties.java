package dev.fovea.store.s3;

import dev.fovea.kernel.Digest;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where a bucket is, and what its store can do.
 *
 * @param endpoint such as {@code https://s3.eu-central-1.amazonaws.com}
 * @param bucket exists already; Fovea creates none
 * @param region some stores ignore it
 * @param accessKey of an identity that may read and write objects of this bucket, and delete those
 *     whose keys begin with the prefix and {@code parts/}, nothing else
 * @param secretKey its secret
 * @param prefix what every key begins with; not of two characters, which {@code dvc gc} takes for
 *     its own old layout
 * @param conditionalWrites whether the store knows {@code If-None-Match} on a PUT; without it the
 *     same bytes are written again, which changes nothing
 * @param largestPut what the store takes in one PUT, 5 MB to 5 GB; larger objects go in parts
 * @param patience how long the store may be silent before a request is sent again
 * @param clientEndpoint where clients reach the same bucket. Given, parts of large files go
 *     straight there, and come straight from there, by addresses that are signed for some hours
 */
public record S3Properties(
    URI endpoint,
    String bucket,
    @DefaultValue("us-east-1") String region,
    String accessKey,
    String secretKey,
    @DefaultValue("fovea/objects/") String prefix,
    @DefaultValue("true") boolean conditionalWrites,
    @DefaultValue("5GB") DataSize largestPut,
    @DefaultValue("60s") Duration patience,
    @Nullable URI clientEndpoint) {
  /** S3's own limits of a part, but for the last one, and of a PUT. */
  private static final DataSize SMALLEST = DataSize.ofMegabytes(5);

  private static final DataSize LARGEST = DataSize.ofGigabytes(5);

  public S3Properties {
    if (endpoint.getHost() == null || endpoint.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "fovea.objects.s3.endpoint: '%s' (expected: http or https, a host, no user)"
              .formatted(endpoint.getHost()));
    }
    if (!prefix.endsWith("/") || prefix.startsWith("/") || prefix.indexOf('/') == 2) {
      throw new IllegalArgumentException(
          "fovea.objects.s3.prefix: '%s' (expected: ends with a slash, doesn't begin with one, first part not of two characters)"
              .formatted(prefix));
    }
    if (largestPut.compareTo(SMALLEST) < 0 || largestPut.compareTo(LARGEST) > 0) {
      throw new IllegalArgumentException(
          "fovea.objects.s3.largest-put: %s (expected: 5MB to 5GB)".formatted(largestPut));
    }
    if (patience.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException(
          "fovea.objects.s3.patience: %s (expected: 100ms or more)".formatted(patience));
    }
    if (clientEndpoint != null
        && (clientEndpoint.getHost() == null || clientEndpoint.getUserInfo() != null)) {
      throw new IllegalArgumentException(
          "fovea.objects.s3.client-endpoint: '%s' (expected: http or https, a host, no user)"
              .formatted(clientEndpoint.getHost()));
    }
  }

  /** A bucket of a store that can do everything. */
  public static S3Properties of(URI endpoint, String bucket, String accessKey, String secretKey) {
    return new S3Properties(
        endpoint,
        bucket,
        "us-east-1",
        accessKey,
        secretKey,
        "fovea/objects/",
        true,
        LARGEST,
        Duration.ofSeconds(60),
        null);
  }

  /** An object's key. */
  String key(Digest digest) {
    return "%ssha256/%s/%s"
        .formatted(prefix, digest.hex().substring(0, 2), digest.hex().substring(2));
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "S3Properties[%s, bucket %s, prefix %s]".formatted(endpoint, bucket, prefix);
  }
}
