package dev.fovea.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.store.StoreUnavailable;
import io.minio.Checksum;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is only worth asking a real store. */
abstract class RealS3Contract extends S3Contract {
  @Test
  void saysThatTheBucketIsMissingOrClosed() {
    var given = properties();
    var missing = "no-such-bucket-" + UUID.randomUUID();
    assertThatThrownBy(() ->
            new S3ObjectStore(
                S3Properties.of(given.endpoint(), missing, given.accessKey(), given.secretKey())))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("no-such-bucket");
    assertThatThrownBy(() ->
            new S3ObjectStore(
                S3Properties.of(
                    given.endpoint(), given.bucket(), given.accessKey(), "not-the-secret")))
        .isInstanceOfSatisfying(
            StoreUnavailable.class, problem -> assertThat(problem.remedy()).contains("access-key"));
  }

  /** What the adapter builds on: a condition is kept, and bytes that don't fit are refused. */
  @Test
  void keepsTheFirstOfTwoConditionalWritesAndRefusesAWrongChecksum() throws Exception {
    var given = properties();
    try (var client =
        MinioClient.builder()
            .endpoint(given.endpoint().toString())
            .region(given.region())
            .credentials(given.accessKey(), given.secretKey())
            .build()) {
      var key = "contract/" + Digest.sha256(random(8)).hex();
      client.putObject(conditional(given, key, random(100)));
      assertThatThrownBy(() -> client.putObject(conditional(given, key, random(100))))
          .isInstanceOfSatisfying(
              ErrorResponseException.class, e -> assertThat(e.response().code()).isEqualTo(412));
    }
    var wrong = Map.of("x-amz-checksum-crc32", "AAAAAA==");
    var uri = given.endpoint().resolve("/%s/contract/wrong".formatted(given.bucket()));
    assertThat(signed(endpoint()).put(uri, random(100), wrong)).isEqualTo(400);
  }

  private static PutObjectArgs conditional(S3Properties bucket, String key, byte[] bytes)
      throws Exception {
    return PutObjectArgs.builder()
        .bucket(bucket.bucket())
        .object(key)
        .data(bytes, bytes.length)
        .checksum(Checksum.Algorithm.CRC32)
        .headers(new Http.Headers("If-None-Match", "*"))
        .build();
  }
}
