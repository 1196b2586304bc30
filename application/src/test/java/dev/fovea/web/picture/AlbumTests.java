package dev.fovea.web.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures of a report: small, few, and none that is no picture. */
class AlbumTests {
  private final ObjectStore objects = new MemoryObjectStore();
  private final Album album = new Album(objects);

  @Test
  void keepsEachPictureOnceAndNoMoreThanTheMost() throws IOException {
    for (int i = 0; i < Album.MOST_PICTURES + 7; i++) {
      var image = objects.put(grey(8, 8, i));
      album.add(image);
      album.add(image);
    }
    assertThat(album.pictures()).hasSize(Album.MOST_PICTURES);
    assertThat(album.pictures()).extracting(Album.Picture::id).doesNotHaveDuplicates();
    assertThat(album.leftOut())
        .containsExactly(
            "7 pictures are left out: a report holds at most 60, of 8 MiB together. The release's page shows all.");
  }

  @Test
  void keepsNoMoreBytesThanTheMost() throws IOException {
    for (int i = 0; i < 48; i++) {
      album.add(objects.put(noise(Thumbnail.SIDE, i)));
    }
    long chars =
        album.pictures().stream().mapToLong(each -> each.thumbnail().address().length()).sum();
    assertThat(chars).isBetween(Album.MOST_CHARS / 2, Album.MOST_CHARS);
    assertThat(album.pictures().size()).isBetween(20, 47);
    assertThat(album.leftOut()).singleElement().asString().contains("left out");
  }

  @Test
  void leavesOutWhatIsNoPicture() throws IOException {
    var page = objects.put("<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8));
    var whole = grey(40, 40, 3);
    var cut = objects.put(java.util.Arrays.copyOf(whole, whole.length - 20));
    var large = objects.put(java.util.Arrays.copyOf(whole, (16 << 20) + 1));
    for (var image : new Digest[] {page, cut, large, Digest.sha256(new byte[] {9})}) {
      album.add(image);
      assertThat(album.of(image)).isEmpty();
    }
    assertThat(album.pictures()).isEmpty();
    assertThat(album.leftOut()).singleElement().asString().startsWith("4 pictures are missing:");
  }

  @Test
  void makesALargePictureSmallByTheMeanOfItsPixels() throws IOException {
    // Columns of black and white, one pixel wide each: grey at half the width.
    var stripes = new BufferedImage(960, 480, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 960; x++) {
      for (int y = 0; y < 480; y++) {
        stripes.getRaster().setSample(x, y, 0, x % 2 == 0 ? 0 : 200);
      }
    }
    var thumbnail = Thumbnail.of(png(stripes)).orElseThrow();
    assertThat(thumbnail.width()).isEqualTo(960);
    assertThat(thumbnail.height()).isEqualTo(480);
    assertThat(thumbnail.pixelated()).isFalse();
    var small = read(thumbnail);
    assertThat(small.getWidth()).isEqualTo(240);
    assertThat(small.getHeight()).isEqualTo(120);
    assertThat(small.getRaster().getSample(100, 50, 0)).isEqualTo(100);
  }

  @Test
  void keepsColoursAndLeavesASmallPictureAsItIs() throws IOException {
    var image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xff0000);
    image.setRGB(1, 0, 0x00ff00);
    image.setRGB(2, 1, 0x0000ff);
    var thumbnail = Thumbnail.of(png(image)).orElseThrow();
    assertThat(thumbnail.pixelated()).isTrue();
    var small = read(thumbnail);
    assertThat(small.getRGB(0, 0) & 0xffffff).isEqualTo(0xff0000);
    assertThat(small.getRGB(1, 0) & 0xffffff).isEqualTo(0x00ff00);
    assertThat(small.getRGB(2, 1) & 0xffffff).isEqualTo(0x0000ff);
  }

  @Test
  void makesWhatIsLongAndThinOnePixelThin() throws IOException {
    var small = read(Thumbnail.of(grey(2_000, 2, 5)).orElseThrow());
    assertThat(small.getWidth()).isEqualTo(240);
    assertThat(small.getHeight()).isEqualTo(1);
  }

  private static BufferedImage read(Thumbnail thumbnail) throws IOException {
    var begin = "data:image/png;base64,";
    assertThat(thumbnail.address()).startsWith(begin);
    return ImageIO.read(
        new ByteArrayInputStream(
            Base64.getDecoder().decode(thumbnail.address().substring(begin.length()))));
  }

  private static byte[] grey(int width, int height, int shade) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, shade);
    return png(image);
  }

  private static byte[] noise(int side, int seed) throws IOException {
    var random = new Random(seed);
    var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return png(image);
  }

  private static byte[] png(BufferedImage image) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
