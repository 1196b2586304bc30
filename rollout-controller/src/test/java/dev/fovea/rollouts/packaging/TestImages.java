package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;

/** Images that nobody runs: right in form, with random layers. */
final class TestImages {
  private TestImages() {}

  /** The same seed and sizes give the same image. */
  static BuiltImage image(Path folder, int seed, int... layerBytes) {
    try {
      Files.createDirectories(folder);
      var config =
          blob(
              folder,
              "{\"architecture\":\"amd64\",\"os\":\"linux\",\"n\":%d}"
                  .formatted(seed)
                  .getBytes(StandardCharsets.UTF_8));
      var layers =
          Arrays.stream(layerBytes)
              .mapToObj(bytes -> {
                var content = new byte[bytes];
                new Random(seed * 31L + bytes).nextBytes(content);
                return descriptor("layer.v1.tar+gzip", blob(folder, content), bytes);
              })
              .collect(Collectors.joining(","));
      var manifest =
          "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
              .formatted(
                  BuiltImage.MANIFEST,
                  descriptor("config.v1+json", config, Files.size(folder.resolve(config.hex()))),
                  layers);
      return BuiltImage.read(folder, blob(folder, manifest.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String descriptor(String type, Digest digest, long bytes) {
    return "{\"mediaType\":\"application/vnd.oci.image.%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, digest, bytes);
  }

  private static Digest blob(Path folder, byte[] content) {
    var digest = Digest.sha256(content);
    try {
      Files.write(folder.resolve(digest.hex()), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digest;
  }
}
