package dev.fovea.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.ObjectStoreContract;
import dev.fovea.store.StoreUnavailable;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.net.URI;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against every real store in {@code FOVEA_TEST_S3_ENDPOINTS}: {@code
 * http://access:secret@host:port/bucket}, comma-separated.
 */
@Tag("e2e")
@ParameterizedClass
@MethodSource("endpoints")
class S3ObjectStoreTest extends ObjectStoreContract {
  @Parameter private String endpoint = "";
  private S3Properties properties;
  private S3ObjectStore store;
  private MinioClient behindItsBack;

  static Stream<String> endpoints() {
    var given = System.getenv("FOVEA_TEST_S3_ENDPOINTS");
    if (given == null || given.isBlank()) {
      throw new IllegalStateException(
          "FOVEA_TEST_S3_ENDPOINTS is not set (expected: http://access:secret@host:port/bucket, comma-separated)");
    }
    return Arrays.stream(given.split(",")).map(String::strip);
  }

  @BeforeEach
  void open() {
    properties = properties(URI.create(endpoint), "test-" + UUID.randomUUID() + "/");
    store = new S3ObjectStore(properties);
    behindItsBack =
        MinioClient.builder()
            .endpoint(properties.endpoint().toString())
            .region(properties.region())
            .credentials(properties.accessKey(), properties.secretKey())
            .build();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    behindItsBack.close();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Override
  protected void damage(Digest digest, byte[] bytes) throws Exception {
    behindItsBack.putObject(
        PutObjectArgs.builder()
            .bucket(properties.bucket())
            .object(key(digest))
            .data(bytes, bytes.length)
            .build());
  }

  @Override
  protected void lose(Digest digest) throws Exception {
    behindItsBack.removeObject(
        RemoveObjectArgs.builder().bucket(properties.bucket()).object(key(digest)).build());
  }

  @Test
  void saysThatTheBucketIsMissingOrClosed() {
    var missing =
        new S3Properties(
            properties.endpoint(),
            "no-such-bucket-" + UUID.randomUUID(),
            properties.region(),
            properties.accessKey(),
            properties.secretKey(),
            properties.prefix());
    assertThatThrownBy(() -> new S3ObjectStore(missing))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("no-such-bucket");
    var wrong =
        new S3Properties(
            properties.endpoint(),
            properties.bucket(),
            properties.region(),
            properties.accessKey(),
            "not-the-secret",
            properties.prefix());
    assertThatThrownBy(() -> new S3ObjectStore(wrong))
        .isInstanceOfSatisfying(
            StoreUnavailable.class, problem -> assertThat(problem.remedy()).contains("access-key"));
  }

  private String key(Digest digest) {
    return "%ssha256/%s/%s"
        .formatted(properties.prefix(), digest.hex().substring(0, 2), digest.hex().substring(2));
  }

  private static S3Properties properties(URI given, String prefix) {
    var credentials = given.getUserInfo().split(":", 2);
    return new S3Properties(
        URI.create("%s://%s:%d".formatted(given.getScheme(), given.getHost(), given.getPort())),
        given.getPath().substring(1),
        "us-east-1",
        credentials[0],
        credentials[1],
        prefix);
  }
}
