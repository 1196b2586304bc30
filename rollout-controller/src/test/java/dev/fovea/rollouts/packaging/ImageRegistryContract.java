package dev.fovea.rollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every image registry does. */
abstract class ImageRegistryContract {
  @TempDir Path work;

  abstract ImageRegistry registry();

  /** What the tag points at, read past the adapter. */
  abstract Optional<byte[]> manifest(ImageName name) throws Exception;

  /** A blob, read past the adapter. */
  abstract Optional<byte[]> blob(ImageName name, Digest digest) throws Exception;

  /** One that no other run of this suite has used. */
  ImageName name(String tag) {
    return new ImageName("lamps/bright", tag);
  }

  @Test
  void keepsEveryByteOfAnImage() throws Exception {
    var image = TestImages.image(work.resolve("a"), 1, 10, 300_000);

    registry().push(image, name("1-a"));

    assertThat(manifest(name("1-a")).map(Digest::sha256)).contains(image.manifest());
    assertThat(image.blobs()).hasSize(3);
    for (var blob : image.blobs()) {
      assertThat(blob(name("1-a"), blob.digest()).map(Digest::sha256)).contains(blob.digest());
    }
  }

  @Test
  void takesTheSameImageAgain() throws Exception {
    var image = TestImages.image(work.resolve("a"), 2, 20);

    registry().push(image, name("2-a"));
    registry().push(image, name("2-a"));

    assertThat(manifest(name("2-a")).map(Digest::sha256)).contains(image.manifest());
  }

  @Test
  void movesATagToAnotherImageAndKeepsTheFirst() throws Exception {
    var first = TestImages.image(work.resolve("a"), 3, 30);
    var second = TestImages.image(work.resolve("b"), 4, 30);

    registry().push(first, name("3-a"));
    registry().push(first, name("3-b"));
    registry().push(second, name("3-a"));

    assertThat(manifest(name("3-a")).map(Digest::sha256)).contains(second.manifest());
    assertThat(manifest(name("3-b")).map(Digest::sha256)).contains(first.manifest());
  }

  @Test
  void takesAnImageOfWhichALayerOccursTwice() throws Exception {
    var image = TestImages.image(work.resolve("a"), 5, 40, 40);

    registry().push(image, name("5-a"));

    assertThat(image.blobs()).hasSize(2);
    assertThat(manifest(name("5-a")).map(Digest::sha256)).contains(image.manifest());
  }

  @Test
  void namesExactlyOneImage() {
    var digest = TestImages.image(work.resolve("a"), 6, 10).manifest();

    assertThat(registry().reference(name("6-a"), digest)).endsWith("@" + digest);
  }

  @Test
  void isGivenNoImageWhoseBytesAreNotWhatTheirNamesSay() throws IOException {
    var image = TestImages.image(work.resolve("a"), 7, 10);
    var layer = image.blobs().getLast().digest();
    Files.writeString(image.file(layer), "something else");

    assertThatThrownBy(() -> BuiltImage.read(image.folder(), image.manifest()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(layer.toString());
    Files.delete(image.file(layer));
    assertThatThrownBy(() -> BuiltImage.read(image.folder(), image.manifest()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing");
  }
}
