package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The contract against the registry at {@code FOVEA_TEST_REGISTRY}, spoken to without TLS. Run by
 * the end-to-end tests with {@code -Dtest=RealRegistryContract}; its name is none of those that the
 * fast tests run.
 */
class RealRegistryContract extends ImageRegistryContract {
  private static final String HOST = System.getenv().getOrDefault("FOVEA_TEST_REGISTRY", "");
  private final String run = "contract-" + System.nanoTime();

  @Override
  ImageRegistry registry() {
    return new OciRegistry(
        RegistrySettings.of(
            HOST + "/fovea-test/" + run, List.of(HOST), Optional.empty(), Duration.ofSeconds(20)),
        Thread::sleep);
  }

  @Override
  Optional<byte[]> manifest(ImageName name) throws Exception {
    return read("manifests/" + name.tag(), name);
  }

  @Override
  Optional<byte[]> blob(ImageName name, Digest digest) throws Exception {
    return read("blobs/" + digest, name);
  }

  private Optional<byte[]> read(String rest, ImageName name)
      throws IOException, InterruptedException {
    var answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://%s/v2/fovea-test/%s/%s/%s"
                                .formatted(HOST, run, name.repository(), rest)))
                    .header("Accept", BuiltImage.MANIFEST)
                    .build(),
                BodyHandlers.ofByteArray());
    return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
  }
}
