package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

class OciLayoutTest extends ImageRegistryContract {
  @Override
  ImageRegistry registry() {
    return new OciLayout(work.resolve("layout"));
  }

  @Override
  Optional<byte[]> manifest(ImageName name) throws IOException {
    var index =
        JsonMapper.builder()
            .build()
            .readTree(Files.readAllBytes(work.resolve("layout").resolve("index.json")));
    var found =
        index
            .path("manifests")
            .valueStream()
            .filter(entry ->
                entry
                    .path("annotations")
                    .path("org.opencontainers.image.ref.name")
                    .asString("")
                    .equals(name.toString()))
            .map(entry -> Digest.parse(entry.path("digest").asString()))
            .findFirst();
    return found.isEmpty() ? Optional.empty() : blob(name, found.get());
  }

  @Override
  Optional<byte[]> blob(ImageName name, Digest digest) throws IOException {
    var file = work.resolve("layout").resolve("blobs/sha256").resolve(digest.hex());
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }
}
