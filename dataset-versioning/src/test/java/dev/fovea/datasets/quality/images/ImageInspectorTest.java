package dev.fovea.datasets.quality.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.TestImages;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageInspectorTest {
  private final ImageInspector inspector = new ImageInspector();

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg"})
  void decodesWholeImages(String format) throws Exception {
    var verdict = inspector.inspect(TestImages.encoded(format, 31, 17, 5));
    assertThat(verdict.fault()).isEmpty();
    assertThat(verdict.width()).isEqualTo(31);
    assertThat(verdict.height()).isEqualTo(17);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg"})
  void findsImagesThatAreCutShort(String format) throws Exception {
    var whole = TestImages.encoded(format, 64, 64, 5);
    for (int kept :
        new int[] {whole.length / 4, whole.length / 2, whole.length - whole.length / 8}) {
      assertThat(inspector.inspect(Arrays.copyOf(whole, kept)).decodes())
          .as("%d of %d bytes", kept, whole.length)
          .isFalse();
    }
  }

  @Test
  void findsAPngWithOneFlippedBit() throws Exception {
    var damaged = TestImages.png(5);
    damaged[damaged.length / 2] ^= 4;
    assertThat(inspector.inspect(damaged).fault()).startsWith("is damaged: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<html><script>",
        "GIF89a and a jar",
        "version https://git-lfs.github.com"
      })
  void goesByContentAndNotByName(String content) throws Exception {
    assertThat(inspector.inspect(content.getBytes(UTF_8)).decodes()).isFalse();
  }

  @Test
  void refusesHugeDimensionsFromTheHeaderAlone() throws Exception {
    var bomb = enlarged(TestImages.png(1), 60_000);
    long before = System.nanoTime();
    assertThat(inspector.inspect(bomb).fault()).contains("is too large", "60000 x 60000");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void givesImagesThatLookAlikeHashesThatAreAlike() throws Exception {
    var png = inspector.inspect(TestImages.encoded("png", 64, 64, 5));
    var jpeg = inspector.inspect(TestImages.encoded("jpeg", 64, 64, 5));
    var other = inspector.inspect(TestImages.encoded("png", 64, 64, 6));
    assertThat(Long.bitCount(png.dhash() ^ jpeg.dhash())).isLessThanOrEqualTo(6);
    assertThat(Long.bitCount(png.dhash() ^ other.dhash())).isGreaterThan(12);
  }

  private static byte[] enlarged(byte[] png, int side) {
    var header = ByteBuffer.wrap(png);
    header.putInt(16, side).putInt(20, side);
    var crc = new CRC32();
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());
    return png;
  }
}
