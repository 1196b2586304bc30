package dev.fovea.vision;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.ByteSize;
import dev.fovea.vision.Decoding.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final byte[] NO_BYTES = {};
  private final ImageDecoder decoder = ImageDecoder.withDefaultLimits();

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "grey.png", "alpha.png", "palette.png", "bilevel.png"})
  void readsThePngSamplesThatPillowReads(String name) throws IOException {
    assertThat(Golden.decoded(name)).isEqualTo(Golden.frame(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "baseline.jpg",
        "progressive.jpg",
        "subsampled.jpg",
        "half-width.jpg",
        "coarse.jpg",
        "restarts.jpg",
        "kept-rgb.jpg",
        "tiny.jpg",
        "dot.jpg",
        "larger.jpg",
        "grey.jpg"
      })
  void readsTheJpegSamplesThatPillowReads(String name) throws IOException {
    assertThat(Golden.decoded(name)).isEqualTo(Golden.frame(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void turnsPicturesUprightAsTheirExifTagSays(int orientation) throws IOException {
    var name = "orientation-%d.jpg".formatted(orientation);

    assertThat(Golden.decoded(name)).isEqualTo(Golden.frame(name));
  }

  @Test
  void saysThatAnEmptyFileIsEmpty() {
    assertRefused(NO_BYTES, Reason.EMPTY, "0 bytes (expected: a PNG or JPEG file)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "grey.png", "baseline.jpg", "progressive.jpg"})
  void refusesEveryPrefixOfAFile(String name) throws IOException {
    var whole = Golden.bytes(name);
    for (int length = 1; length < whole.length; length += 1 + whole.length / 200) {
      var cut = Arrays.copyOf(whole, length);
      assertThat(decoder.decode(cut))
          .as("%s, first %d bytes", name, length)
          .isInstanceOfSatisfying(
              Decoding.Refused.class,
              refused -> assertThat(refused.reason()).isIn(Reason.TRUNCATED, Reason.NOT_AN_IMAGE));
    }
    assertRefused(
        Arrays.copyOf(whole, whole.length - 1),
        Reason.TRUNCATED,
        name.endsWith("png") ? "expected: an IEND chunk" : "expected: an EOI marker");
  }

  @Test
  void refusesAPngWhoseChunkWasChanged() throws IOException {
    var file = Golden.bytes("rgb.png");
    file[file.length / 2] ^= 1;

    assertRefused(file, Reason.CORRUPT, "PNG chunk at byte");
  }

  @Test
  void refusesAPngThatHasFewerRowsThanItsHeaderSays() throws IOException {
    assertRefused(pngWithHeader("grey.png", 61, 4_000), Reason.CORRUPT, "PNG does not decode");
  }

  @Test
  void refusesSixtyThousandSquaredPixelsWithoutARaster() throws IOException {
    var bomb = pngWithHeader("grey.png", 60_000, 60_000);
    long start = System.nanoTime();
    assertRefused(
        bomb, Reason.TOO_LARGE, "PNG of 60000 x 60000 px (expected: at most 16384 a side)");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));

    var jpeg = Golden.bytes("baseline.jpg");
    int sof = indexOf(jpeg, 0xc0);
    ByteBuffer.wrap(jpeg).putShort(sof + 5, (short) -1).putShort(sof + 7, (short) -1);
    assertRefused(jpeg, Reason.TOO_LARGE, "JPEG of 65535 x 65535 px");
  }

  @Test
  void holdsTheRasterAndTheFileAgainstTheirLimits() throws IOException {
    var file = Golden.bytes("grey.png");

    assertThat(new ImageDecoder(new ImageLimits(ByteSize.of(1 << 20), 100, 61 * 43)).decode(file))
        .isInstanceOf(Decoding.Readable.class);
    assertThat(
            new ImageDecoder(new ImageLimits(ByteSize.of(1 << 20), 100, 61 * 43 - 1)).decode(file))
        .isInstanceOfSatisfying(
            Decoding.Refused.class,
            refused -> assertThat(refused.explanation()).contains("at most 2,622 pixels"));
    assertThat(new ImageDecoder(new ImageLimits(ByteSize.of(100), 100, 10_000)).decode(file))
        .isInstanceOfSatisfying(
            Decoding.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Test
  void refusesAJpegThatAsksForThousandsOfScans() throws IOException {
    var file = Golden.bytes("progressive.jpg");
    int scan = indexOf(file, 0xda);
    int scanEnd = scan + 2;
    while ((file[scanEnd] & 0xff) != 0xff || file[scanEnd + 1] == 0) {
      scanEnd++;
    }
    var bomb = new ByteArrayOutputStream();
    bomb.write(file, 0, scan);
    for (int i = 0; i < 10_000; i++) {
      bomb.write(file, scan, scanEnd - scan);
    }
    bomb.write(file, scan, file.length - scan);

    assertRefused(bomb.toByteArray(), Reason.TOO_LARGE, "JPEG of more than 64 scans");
  }

  @ParameterizedTest
  @CsvSource({
    "'<!DOCTYPE html><script>x</script>', an HTML page",
    "'<?xml version=\"1.0\"?><svg xmlns=\"x\"/>', an SVG document",
    "GIF89a--------, a GIF file",
    "version https://git-lfs.github.com/spec/v1, a Git LFS pointer",
    "just words, nothing that is known"
  })
  void goesByTheFirstBytesAndNotByTheName(String content, String looksLike) {
    assertRefused(content.getBytes(UTF_8), Reason.NOT_AN_IMAGE, "look like " + looksLike);
  }

  @Test
  void namesWhatItDoesNotRead() throws IOException {
    assertRefused(Golden.bytes("cmyk.jpg"), Reason.UNSUPPORTED, "JPEG of 4 components of 8 bits");
    assertRefused(Golden.bytes("sixteen-bit.png"), Reason.UNSUPPORTED, "PNG of 16 bits a sample");
  }

  @Test
  void neverHandsMetadataToADecoder() throws IOException {
    var file = Golden.bytes("grey.png");
    var compressedText = new byte[] {'k', 0, 0, 1, 2, 3}; // not valid zlib: a parser would complain
    var withText = new ByteArrayOutputStream();
    withText.write(file, 0, 33);
    withText.writeBytes(chunk("zTXt", compressedText));
    withText.writeBytes(chunk("iCCP", compressedText));
    withText.write(file, 33, file.length - 33);

    assertThat(decoder.decode(withText.toByteArray())).isEqualTo(decoder.decode(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "palette.png", "restarts.jpg", "progressive.jpg"})
  @Timeout(60)
  void answersDamagedFilesWithARefusalOrAFrameOfTheHeadersSize(String name) throws IOException {
    var random = new Random(11);
    var whole = Golden.bytes(name);
    for (int i = 0; i < 300; i++) {
      var damaged = whole.clone();
      for (int hit = 0; hit < 3; hit++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      switch (decoder.decode(damaged)) {
        case Decoding.Readable(var header, var frame) ->
            assertThat((long) frame.width() * frame.height()).isEqualTo(header.pixels());
        case Decoding.Refused refused ->
            assertThat(refused.explanation()).isPrintable().hasSizeLessThan(300);
      }
    }
  }

  @Test
  void doesNotRepeatTheFilesBytesInItsAnswer() {
    var hostile = "\u001b[2J<script>alert(1)</script>".getBytes(ISO_8859_1);

    assertThat(decoder.decode(hostile))
        .isInstanceOfSatisfying(
            Decoding.Refused.class,
            refused -> assertThat(refused.explanation()).isPrintable().doesNotContain("alert"));
  }

  @Test
  void framesRefuseSizesThatTheirSamplesDoNotFill() {
    assertThatThrownBy(() -> Frame.of(2, 2, 1, new byte[3]))
        .hasMessage("frame: 3 samples (expected: 2 x 2 x 1)");
  }

  private void assertRefused(byte[] file, Reason reason, String says) {
    assertThat(decoder.decode(file))
        .isInstanceOfSatisfying(
            Decoding.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.explanation()).contains(says);
            });
  }

  private static byte[] pngWithHeader(String name, int width, int height) throws IOException {
    var file = Golden.bytes(name);
    var buffer = ByteBuffer.wrap(file).putInt(16, width).putInt(20, height);
    var crc = new CRC32();
    crc.update(file, 12, 17);
    buffer.putInt(29, (int) crc.getValue());
    return file;
  }

  private static byte[] chunk(String type, byte[] data) {
    var body =
        ByteBuffer.allocate(4 + data.length).put(type.getBytes(ISO_8859_1)).put(data).array();
    var crc = new CRC32();
    crc.update(body);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(body)
        .putInt((int) crc.getValue())
        .array();
  }

  private static int indexOf(byte[] jpeg, int marker) {
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == marker) {
        return i;
      }
    }
    throw new AssertionError("no marker " + marker);
  }
}
