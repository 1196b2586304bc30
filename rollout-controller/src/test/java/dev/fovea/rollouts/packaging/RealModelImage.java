package dev.fovea.rollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds a model's image on the base at {@code FOVEA_TEST_BASE} and pushes it to the registry and
 * prefix at {@code FOVEA_TEST_REGISTRY}, as a release does; the image's reference goes to the file at
 * {@code FOVEA_TEST_REFERENCE}. Run by the end-to-end tests, which then run the image.
 */
class RealModelImage {
  @Test
  void isTheSameInTheFolderAndInTheRegistry(@TempDir Path folder) throws IOException {
    var objects = new MemoryObjectStore();
    var base = System.getenv("FOVEA_TEST_BASE");
    var prefix = System.getenv("FOVEA_TEST_REGISTRY");
    var served =
        new Served(
            Digest.sha256("rollout".getBytes(StandardCharsets.UTF_8)),
            TestModels.LAMPS,
            TestModels.plan(1, TestModels.store(objects, "bright")));
    var settings =
        RegistrySettings.of(
            prefix, List.of(prefix.replaceFirst("/.*", "")), Optional.empty(), Duration.ofSeconds(60));

    var kept = JibModelImages.inLayout(folder.resolve("a"), base, objects).build(served);
    var images = JibModelImages.inRegistry(folder.resolve("b"), base, objects, settings);

    assertThat(images.build(served)).isEqualTo(kept);
    assertThat(images.build(served)).as("pushed again").isEqualTo(kept);
    Files.writeString(
        Path.of(System.getenv("FOVEA_TEST_REFERENCE")), images.reference(served, kept) + "\n");
  }
}
