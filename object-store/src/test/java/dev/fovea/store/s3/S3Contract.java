package dev.fovea.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.ObjectStoreContract;
import dev.fovea.store.PartKey;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** The object store's contract on a bucket, and what only a bucket has. */
abstract class S3Contract extends ObjectStoreContract {
  /** The SDK's own would read every certificate of the system for each client. */
  static final OkHttpClient HTTP = new OkHttpClient();

  private S3Properties properties;
  private S3ObjectStore store;
  private MinioClient behindItsBack;

  /** Where a store listens. */
  protected record Endpoint(URI uri, String accessKey, String secretKey) {
    @Override
    public String toString() {
      return uri.toString();
    }
  }

  protected abstract Endpoint endpoint();

  @BeforeEach
  void open() throws Exception {
    var endpoint = endpoint();
    behindItsBack =
        MinioClient.builder()
            .endpoint(endpoint.uri().toString())
            .region("us-east-1")
            .credentials(endpoint.accessKey(), endpoint.secretKey())
            .httpClient(HTTP)
            .build();
    var bucket = "fovea-" + UUID.randomUUID();
    makeBucket(endpoint, bucket);
    properties =
        S3Properties.of(endpoint.uri(), bucket, endpoint.accessKey(), endpoint.secretKey());
    store = new S3ObjectStore(properties);
  }

  /** A store that has just been started says for some seconds that it is not ready. */
  private static void makeBucket(Endpoint endpoint, String bucket) throws Exception {
    var uri = endpoint.uri().resolve("/" + bucket);
    int status = 503;
    for (int attempt = 0; status == 503 && attempt < 60; attempt++) {
      status = signed(endpoint).put(uri, new byte[0], Map.of());
      if (status == 503) {
        Thread.sleep(500);
      }
    }
    assertThat(status).isEqualTo(200);
  }

  static SignedRequest signed(Endpoint endpoint) {
    return new SignedRequest(endpoint.accessKey(), endpoint.secretKey());
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

  protected S3Properties properties() {
    return properties;
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
  void storesInPartsWhatIsTooLargeForOnePut() throws IOException {
    var content = random((12 << 20) + 7);
    try (var inParts = new S3ObjectStore(with(true, DataSize.ofMegabytes(5)))) {
      var digest = inParts.put(content);
      assertThat(inParts.bytes(digest, content.length)).isEqualTo(content);
      assertThat(inParts.put(content)).as("a second time").isEqualTo(digest);
      assertThat(store.bytes(digest, content.length)).as("the same object").isEqualTo(content);
    }
  }

  @Test
  void storesWithoutAConditionWhereTheStoreKnowsNone() throws IOException {
    var content = random(10_000);
    try (var plain = new S3ObjectStore(with(false, DataSize.ofGigabytes(5)))) {
      var digest = plain.put(content);
      assertThat(plain.put(content)).isEqualTo(digest);
      assertThat(plain.bytes(digest, content.length)).isEqualTo(content);
    }
  }

  /** Clients that know no key send parts straight to the store, and read from it. */
  @Test
  void signsAddressesForWhoeverHasNoKey() throws Exception {
    try (var direct = new S3ObjectStore(withClients());
        var http = HttpClient.newHttpClient()) {
      var transfers = direct.transfers();
      var addresses = transfers.direct().orElseThrow();
      var key = new PartKey(UUID.randomUUID().toString().replace("-", ""), 2);
      var content = random(70_000);
      var sent =
          http.send(
              HttpRequest.newBuilder(addresses.part(key, Duration.ofMinutes(5)))
                  .PUT(BodyPublishers.ofByteArray(content))
                  .build(),
              BodyHandlers.discarding());
      assertThat(sent.statusCode()).isEqualTo(200);
      var tag = sent.headers().firstValue("ETag").orElseThrow().replace("\"", "");
      assertThat(transfers.size(key, tag)).hasValue(70_000);
      try (var in = transfers.open(key, tag)) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
      transfers.delete(key.upload(), 2);
      assertThat(transfers.size(key, tag)).isEmpty();

      var digest = direct.put(content);
      var read =
          http.send(
              HttpRequest.newBuilder(addresses.object(digest, "a b\"ü.bin", Duration.ofSeconds(60)))
                  .header("Range", "bytes=100-199")
                  .build(),
              BodyHandlers.ofByteArray());
      assertThat(read.statusCode()).isEqualTo(206);
      assertThat(read.body()).isEqualTo(Arrays.copyOfRange(content, 100, 200));
    }
    assertThat(store.transfers().direct()).as("not asked for").isEmpty();
  }

  private S3Properties withClients() {
    return new S3Properties(
        properties.endpoint(),
        properties.bucket(),
        properties.region(),
        properties.accessKey(),
        properties.secretKey(),
        properties.prefix(),
        true,
        DataSize.ofGigabytes(5),
        Duration.ofSeconds(30),
        properties.endpoint());
  }

  protected S3Properties with(boolean conditionalWrites, DataSize largestPut) {
    return new S3Properties(
        properties.endpoint(),
        properties.bucket(),
        properties.region(),
        properties.accessKey(),
        properties.secretKey(),
        properties.prefix(),
        conditionalWrites,
        largestPut,
        Duration.ofSeconds(30),
        null);
  }

  protected String key(Digest digest) {
    return "%ssha256/%s/%s"
        .formatted(properties.prefix(), digest.hex().substring(0, 2), digest.hex().substring(2));
  }
}
