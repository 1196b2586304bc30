package dev.fovea.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.store.PartKey;
import dev.fovea.store.StoreUnavailable;
import io.minio.Checksum;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
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

  @Test
  void refusesAnAddressThatIsForAnotherPartOrOver() throws Exception {
    var given = properties();
    var signing =
        new S3Properties(
            given.endpoint(),
            given.bucket(),
            given.region(),
            given.accessKey(),
            given.secretKey(),
            given.prefix(),
            true,
            given.largestPut(),
            given.patience(),
            given.endpoint());
    try (var direct = new S3ObjectStore(signing);
        var http = HttpClient.newHttpClient()) {
      var upload = UUID.randomUUID().toString().replace("-", "");
      var one = new PartKey(upload, 1);
      var addresses = direct.transfers().direct().orElseThrow();
      var address = addresses.part(one, Duration.ofMinutes(5));
      var forged = URI.create(address.toString().replace(upload + "/1?", upload + "/2?"));
      assertThat(put(http, forged)).isEqualTo(403);
      assertThat(put(http, address)).isEqualTo(200);
      var brief = addresses.part(one, Duration.ofSeconds(1));
      Thread.sleep(2_100);
      assertThat(put(http, brief)).as("a second later").isEqualTo(403);
      direct.transfers().delete(upload, 2);
    }
  }

  private static int put(HttpClient http, URI address) throws Exception {
    var request = HttpRequest.newBuilder(address).PUT(BodyPublishers.ofByteArray(random(9)));
    return http.send(request.build(), BodyHandlers.discarding()).statusCode();
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
            .httpClient(HTTP)
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
