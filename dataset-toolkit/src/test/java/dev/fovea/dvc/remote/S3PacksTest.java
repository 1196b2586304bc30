package dev.fovea.dvc.remote;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Where those of {@link S3RemoteTest} are: packs are signed and sent by code of our own. */
@Tag("e2e")
@ParameterizedClass(name = "{0}")
@MethodSource("endpoints")
class S3PacksTest extends PackFilesContract {
  @Parameter String endpoint;

  static Stream<String> endpoints() {
    return S3RemoteTest.endpoints();
  }

  @Override
  protected Remote remote() {
    return new S3Remote(S3RemoteTest.given(endpoint));
  }
}
