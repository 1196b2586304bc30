package dev.fovea.vision;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.vision.ImageTraits.Channels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTraitsTest {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;

  @ParameterizedTest
  @CsvSource({
    "grey.png, GREY, 8",
    "bilevel.png, GREY, 1",
    "alpha.png, RGB_ALPHA, 8",
    "rgb.png, RGB, 8",
    "palette.png, PALETTE, 8",
    "sixteen-bit.png, GREY, 16",
    "grey.jpg, GREY, 8",
    "baseline.jpg, RGB, 8",
    "progressive.jpg, RGB, 8",
    "kept-rgb.jpg, RGB, 8",
    "cmyk.jpg, CMYK, 8"
  })
  void saysHowPixelsAreStoredOfRefusedFilesToo(String name, Channels channels, int bits)
      throws IOException {
    assertThat(ImageTraits.of(Golden.bytes(name))).contains(new ImageTraits(channels, bits, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void readsTheOrientationThatCamerasWrite(int orientation) throws IOException {
    assertThat(ImageTraits.of(Golden.bytes("orientation-%d.jpg".formatted(orientation))))
        .map(ImageTraits::orientation)
        .contains(orientation);
  }

  @ParameterizedTest
  @CsvSource({"LITTLE_ENDIAN, 6", "BIG_ENDIAN, 6", "BIG_ENDIAN, 8", "LITTLE_ENDIAN, 1"})
  void readsTheOrientationOfAPng(String order, short orientation) throws IOException {
    var bytes = order.startsWith("B") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    var exif = tiff(bytes, 8, entry(bytes, ORIENTATION, SHORT, 1, orientation));
    assertThat(orientation(exif)).contains((int) orientation);
  }

  @Test
  void readsGreyWithAlpha() throws IOException {
    var file = Golden.bytes("grey.png");
    file[25] = 4;
    assertThat(ImageTraits.of(file)).contains(new ImageTraits(Channels.GREY_ALPHA, 8, 1));
  }

  /** Each is EXIF that leads nowhere: the picture is then as it is stored. */
  @Test
  void followsNoHostileExif() throws IOException {
    var order = ByteOrder.BIG_ENDIAN;
    var turned = entry(order, ORIENTATION, SHORT, 1, (short) 6);
    var other = entry(order, 0x010f, SHORT, 1, (short) 6);
    for (int directory : new int[] {0, 7, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20, 21}) {
      assertThat(orientation(tiff(order, directory, turned))).as("%d", directory).contains(1);
    }
    assertThat(orientation(tiff(order, 8, entry(order, ORIENTATION, SHORT, -1, (short) 6))))
        .as("4,294,967,295 values")
        .contains(1);
    for (short value : new short[] {0, 9, -6, Short.MAX_VALUE}) {
      assertThat(orientation(tiff(order, 8, entry(order, ORIENTATION, SHORT, 1, value))))
          .contains(1);
    }
    var crowded = tiff(order, 8, other);
    ByteBuffer.wrap(crowded).putShort(8, (short) -1);
    assertThat(orientation(crowded)).as("65,535 entries, one of them there").contains(1);
    var circle = tiff(order, 8, other);
    ByteBuffer.wrap(circle).putInt(circle.length - 4, 8);
    assertThat(orientation(circle)).as("the next directory is this one").contains(1);
    for (int length = 0; length < 26; length++) {
      assertThat(orientation(Arrays.copyOf(tiff(order, 8, turned), length)).orElseThrow())
          .as("%d bytes", length)
          .isEqualTo(length < 22 ? 1 : 6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GIF89a", "\u0089PNG\r\n\u001a\n", "<svg/>"})
  void saysNothingOfWhatIsNeither(String text) {
    assertThat(ImageTraits.of(text.getBytes(ISO_8859_1))).isEmpty();
    assertThat(ImageTraits.of(text.getBytes(UTF_8))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "progressive.jpg", "orientation-6.jpg"})
  void answersEveryPrefixAndEveryDamage(String name) throws IOException {
    var whole = Golden.bytes(name);
    for (int length = 0; length < Math.min(whole.length, 2_000); length++) {
      assertPlausible(ImageTraits.of(Arrays.copyOf(whole, length)));
    }
    var random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      var damaged = whole.clone();
      for (int hit = 0; hit < 4; hit++) {
        damaged[random.nextInt(Math.min(damaged.length, 700))] = (byte) random.nextInt();
      }
      assertPlausible(ImageTraits.of(damaged));
    }
  }

  @Test
  void isQuickWhereAFileIsNothingButMarks() {
    var fill = new byte[32 << 20];
    Arrays.fill(fill, (byte) 0xff);
    fill[1] = (byte) 0xd8;
    var chunks = new byte[32 << 20];
    var header = pngHeader();
    System.arraycopy(header, 0, chunks, 0, header.length);
    long start = System.nanoTime();
    assertThat(ImageTraits.of(fill)).isEmpty();
    assertThat(ImageTraits.of(chunks)).contains(new ImageTraits(Channels.RGB, 8, 1));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  private static void assertPlausible(Optional<ImageTraits> traits) {
    traits.ifPresent(it -> {
      assertThat(it.bits()).isBetween(1, 16);
      assertThat(it.orientation()).isBetween(1, 8);
    });
  }

  private static Optional<Integer> orientation(byte[] exif) throws IOException {
    var file = Golden.bytes("grey.png");
    var out = new ByteArrayOutputStream();
    out.write(file, 0, 33);
    var body = ByteBuffer.allocate(4 + exif.length).put("eXIf".getBytes(UTF_8)).put(exif).array();
    var crc = new CRC32();
    crc.update(body);
    out.writeBytes(
        ByteBuffer.allocate(8 + body.length)
            .putInt(exif.length)
            .put(body)
            .putInt((int) crc.getValue())
            .array());
    out.write(file, 33, file.length - 33);
    return ImageTraits.of(out.toByteArray()).map(ImageTraits::orientation);
  }

  /** A TIFF structure of one directory with one entry, which lies at 8 wherever it says it does. */
  private static byte[] tiff(ByteOrder order, int directory, byte[] entry) {
    return ByteBuffer.allocate(8 + 2 + entry.length + 4)
        .order(order)
        .putShort((short) (order == ByteOrder.BIG_ENDIAN ? 0x4d4d : 0x4949))
        .putShort((short) 42)
        .putInt(directory)
        .putShort((short) 1)
        .put(entry)
        .putInt(0)
        .array();
  }

  private static byte[] entry(ByteOrder order, int tag, int type, int count, short value) {
    return ByteBuffer.allocate(12)
        .order(order)
        .putShort((short) tag)
        .putShort((short) type)
        .putInt(count)
        .putShort(value)
        .array();
  }

  private static byte[] pngHeader() {
    return ByteBuffer.allocate(33)
        .putLong(PngStructure.SIGNATURE)
        .putInt(13)
        .putInt(0x49484452)
        .putInt(1)
        .putInt(1)
        .put(new byte[] {8, 2, 0, 0, 0})
        .putInt(0)
        .array();
  }
}
