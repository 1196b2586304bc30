package dev.fovea.dvc.remote;

import java.net.URI;
import java.util.Optional;

/**
 * A bucket, and who asks.
 *
 * @param endpoint such as {@code https://s3.eu-central-1.amazonaws.com}
 * @param prefix of all keys, without {@code /} at its ends; may be empty
 * @param session of keys that expire
 */
public record S3Address(
    URI endpoint,
    String region,
    String bucket,
    String prefix,
    String accessKey,
    String secretKey,
    Optional<String> session) {
  @Override
  public String toString() {
    return "s3://%s%s at %s".formatted(bucket, prefix.isEmpty() ? "" : "/" + prefix, endpoint);
  }
}
