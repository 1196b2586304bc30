package dev.fovea.dvc.remote;

import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against each of {@code FOVEA_TEST_S3_ENDPOINTS}, in the bucket {@code FOVEA_TEST_S3_BUCKET},
 * which is there.
 */
@Tag("e2e")
@ParameterizedClass(name = "{0}")
@MethodSource("endpoints")
class S3RemoteTest extends RemoteContract {
  @Parameter String endpoint;

  static Stream<String> endpoints() {
    return Stream.of(required("ENDPOINTS").split(","));
  }

  private static String required(String name) {
    var value = System.getenv("FOVEA_TEST_S3_" + name);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException("FOVEA_TEST_S3_%s is not set".formatted(name));
    }
    return value;
  }

  @Override
  protected Remote remote() {
    return new S3Remote(given(endpoint));
  }

  /** A fresh prefix there. */
  static S3Address given(String endpoint) {
    return new S3Address(
        URI.create(endpoint),
        "us-east-1",
        required("BUCKET"),
        "contract/" + UUID.randomUUID(),
        required("ACCESS_KEY"),
        required("SECRET_KEY"),
        Optional.empty());
  }
}
