package dev.fovea.store.s3;

import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** Against MinIO in a container of its own; the image is {@code FOVEA_TEST_S3_IMAGE}. */
@Tag("e2e")
class S3ContainerTest extends RealS3Contract {
  private static final int PORT = 9000;
  private static final String KEY = "fovea-contract";
  private static final String SECRET = "fovea-contract-secret";
  private static final GenericContainer<?> MINIO =
      new GenericContainer<>(
              DockerImageName.parse(
                  System.getenv().getOrDefault("FOVEA_TEST_S3_IMAGE", "minio/minio:local")))
          .withEnv("MINIO_ROOT_USER", KEY)
          .withEnv("MINIO_ROOT_PASSWORD", SECRET)
          .withCommand("server", "/data")
          .withExposedPorts(PORT)
          .waitingFor(Wait.forHttp("/minio/health/ready").forPort(PORT));

  @BeforeAll
  static void start() {
    MINIO.start();
  }

  @AfterAll
  static void stop() {
    MINIO.stop();
  }

  @Override
  protected Endpoint endpoint() {
    return new Endpoint(
        URI.create("http://%s:%d".formatted(MINIO.getHost(), MINIO.getMappedPort(PORT))),
        KEY,
        SECRET);
  }
}
