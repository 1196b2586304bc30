package dev.fovea.store.s3;

import java.net.URI;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where a bucket is.
 *
 * @param endpoint such as {@code https://s3.eu-central-1.amazonaws.com}
 * @param bucket exists already; Fovea creates none
 * @param region some stores ignore it
 * @param accessKey of an identity that may read and write objects of this bucket, nothing else
 * @param secretKey its secret
 * @param prefix what every key begins with; not of two characters, which {@code dvc gc} takes for
 *     its own old layout
 */
public record S3Properties(
    URI endpoint,
    String bucket,
    @DefaultValue("us-east-1") String region,
    String accessKey,
    String secretKey,
    @DefaultValue("fovea/objects/") String prefix) {
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
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "S3Properties[%s, bucket %s, prefix %s]".formatted(endpoint, bucket, prefix);
  }
}
