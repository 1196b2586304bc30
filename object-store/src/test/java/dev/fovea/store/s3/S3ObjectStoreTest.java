package dev.fovea.store.s3;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against every real store in {@code FOVEA_TEST_S3_ENDPOINTS}, addresses joined by commas, with the
 * keys {@code FOVEA_TEST_S3_ACCESS_KEY} and {@code FOVEA_TEST_S3_SECRET_KEY}.
 */
@Tag("e2e")
@ParameterizedClass(name = "{0}")
@MethodSource("endpoints")
class S3ObjectStoreTest extends RealS3Contract {
  @Parameter private Endpoint endpoint;

  static Stream<Endpoint> endpoints() {
    return Arrays.stream(required("FOVEA_TEST_S3_ENDPOINTS").split(","))
        .map(uri ->
            new Endpoint(
                URI.create(uri.strip()),
                required("FOVEA_TEST_S3_ACCESS_KEY"),
                required("FOVEA_TEST_S3_SECRET_KEY")));
  }

  private static String required(String name) {
    return Optional.ofNullable(System.getenv(name))
        .filter(value -> !value.isBlank())
        .orElseThrow(() ->
            new IllegalStateException(
                name + " is not set (expected: addresses of S3 stores and their keys)"));
  }

  @Override
  protected Endpoint endpoint() {
    return endpoint;
  }
}
