package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBatchTest {
  private static final byte[] IMAGE = Images.png(128, 8);
  private static final String HEAD =
      """
      {"digest":"%s","answer":"bright","confidence":0.6,"margin":0.2,"probabilities":[0.4,0.6],\
      "reason":"UNSURE","seen":"2026-11-20T12:00:00Z"}\
      """
          .formatted(Digest.sha256(IMAGE));

  @Test
  void whatIsWrittenIsRead() throws IOException {
    var frames =
        IntStream.range(0, FrameSink.MOST)
            .mapToObj(i -> SeenFrames.of(Images.png(i, 8 + i % 3)))
            .toList();

    assertThat(FrameBatch.read(body(frames)))
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(frames);
  }

  @Test
  void isWhatItsDescriptionSays() throws IOException {
    assertThat(read(whole(1, HEAD, IMAGE)))
        .singleElement()
        .satisfies(frame -> {
          assertThat(frame.image()).isEqualTo(IMAGE);
          assertThat(frame.answer()).isEqualTo("bright");
          assertThat(frame.probabilities()).containsExactly(0.4, 0.6);
        });
    assertThat(read(whole(1, HEAD.replace("{", "{\"later\":[{}],"), IMAGE))).hasSize(1);
  }

  @Test
  void everyBodyThatIsCutIsRefused() {
    var body = whole(1, HEAD, IMAGE);
    for (int length = 0; length < body.length; length++) {
      var cut = Arrays.copyOf(body, length);
      assertThatThrownBy(() -> read(cut))
          .as("cut after %d bytes", length)
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("ends in frame 0");
    }
  }

  @Test
  void refusesWhatFollowsTheLastFrame() {
    refuses(Arrays.copyOf(whole(1, HEAD, IMAGE), 10_000), "goes on after frame 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 101, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void refusesAnyOtherCount(int count) {
    refuses(whole(count, HEAD, IMAGE), "%d frames (expected: 1 to 100)".formatted(count));
  }

  @Test
  void refusesWhatIsNoBatch() {
    refuses(HEAD.getBytes(StandardCharsets.UTF_8), "begins with 7b226469 (expected: 46564631");
  }

  @Test
  void refusesAnImageThatItsDigestDoesNotName() {
    refuses(whole(1, HEAD, Images.png(129, 8)), "image 0: sha256:");
  }

  @Test
  void refusesAHeadThatSaysNonsense() {
    refusesChanged("0.6,", "-0.1,", "confidence -0.1 (expected: 0 to 1)");
    refusesChanged("0.6,", "1.1,", "confidence 1.1 (expected: 0 to 1)");
    refusesChanged("0.6,", "\"NaN\",", "confidence NaN (expected: 0 to 1)");
    refusesChanged("0.6,", "null,", "head 0: ");
    refusesChanged("0.2", "1e9", "margin 1.0E9 (expected: 0 to 1)");
    refusesChanged("[0.4", "[2", "probability 2.0 (expected: 0 to 1)");
    refusesChanged("[0.4", "[null", "head 0: ");
    refusesChanged("\"bright\"", "\" \"", "answer ' ' (expected: 1 to 200 characters)");
    refusesChanged("\"bright\"", "null", "head 0: ");
    refusesChanged("UNSURE", "CURIOUS", "head 0: ");
    refusesChanged("2026-11-20T", "yesterday", "head 0: ");
    refusesChanged("sha256:", "sha512:", "head 0: ");
    refusesChanged("{", "[", "head 0: ");
  }

  private static void refusesChanged(String part, String other, String words) {
    assertThat(HEAD).contains(part);
    refuses(whole(1, HEAD.replace(part, other), IMAGE), words);
  }

  @Test
  void refusesNestingAndLongNumbersAndLongWords() {
    var deep = "{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "," + HEAD.substring(1);
    refuses(whole(1, deep, IMAGE), "head 0: ");
    refuses(whole(1, HEAD.replace("0.6", "0." + "6".repeat(100_000)), IMAGE), "head 0: ");
    refuses(whole(1, HEAD.replace("bright", "b".repeat(201)), IMAGE), "expected: 1 to 200");
    refuses(
        whole(1, HEAD.replace("0.4,", "0,".repeat(10_000)), IMAGE),
        "10001 probabilities (expected: at most 10000)");
  }

  @Test
  void believesNoLength() {
    for (int length : new int[] {0, -1, Integer.MIN_VALUE}) {
      refuses(joined(start(1), ints(length)), "head 0: %d bytes".formatted(length));
    }
    assertThatThrownBy(() -> read(joined(start(1), ints(Integer.MAX_VALUE))))
        .isInstanceOf(FramesTooLarge.class)
        .hasMessage("head 0: more than 1.0 MiB");
    var head = HEAD.getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> read(joined(start(1), ints(head.length), head, ints(16 << 20 | 1))))
        .isInstanceOf(FramesTooLarge.class)
        .hasMessage("image 0: more than 16.0 MiB");
  }

  @Test
  void aBodyWithoutEndIsLeftAtItsBound() {
    var image = new byte[1 << 20];
    var head = HEAD.replace(Digest.sha256(IMAGE).hex(), Digest.sha256(image).hex());
    var frame = joined(part(head), ints(image.length), image);
    var endless = new Endless(joined(start(100), frame), frame);

    assertThatThrownBy(() -> FrameBatch.read(endless))
        .isInstanceOf(FramesTooLarge.class)
        .hasMessageContaining("more than 64.0 MiB");
    assertThat(endless.given).isLessThanOrEqualTo(FrameBatch.MOST_BODY.bytes());
  }

  @Test
  void whateverIsChangedInItIsRefusedOrHarmless() throws IOException {
    var random = new Random(11);
    var body = whole(1, HEAD, IMAGE);
    for (int i = 0; i < 20_000; i++) {
      var changed = body.clone();
      for (int j = 0; j <= random.nextInt(3); j++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(read(changed)).allMatch(frame -> frame.confidence() <= 1);
      } catch (InvalidRequest | FramesTooLarge expected) {
        assertThat(expected).hasMessageNotContaining("dev.fovea");
      }
    }
  }

  @Test
  void doesNotWriteWhatWouldBeRefused() {
    var large = SeenFrames.of(new byte[(16 << 20) + 1]);
    assertThatThrownBy(() -> FrameBatch.write(List.of(large))).isInstanceOf(FramesTooLarge.class);
    var five = Collections.nCopies(5, SeenFrames.of(new byte[16 << 20]));
    assertThatThrownBy(() -> FrameBatch.write(five))
        .isInstanceOf(FramesTooLarge.class)
        .hasMessage("batch of 5 frames: more than 64.0 MiB");
  }

  /** A first part, and then another one again and again. */
  private static final class Endless extends InputStream {
    private final byte[] again;
    private InputStream now;
    private long given;

    Endless(byte[] first, byte[] again) {
      this.again = again;
      now = new ByteArrayInputStream(first);
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      int read = now.read(to, from, length);
      if (read < 0) {
        now = new ByteArrayInputStream(again);
        read = now.read(to, from, length);
      }
      given += read;
      return read;
    }
  }

  private static void refuses(byte[] body, String words) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining(words);
  }

  private static List<SeenFrame> read(byte[] body) throws IOException {
    return FrameBatch.read(new ByteArrayInputStream(body));
  }

  private static InputStream body(List<SeenFrame> frames) {
    return new ByteArrayInputStream(joined(FrameBatch.write(frames).toArray(byte[][]::new)));
  }

  private static byte[] whole(int count, String head, byte[] image) {
    return joined(start(count), part(head), ints(image.length), image);
  }

  private static byte[] start(int count) {
    return ints(0x46564631, count);
  }

  private static byte[] part(String head) {
    var bytes = head.getBytes(StandardCharsets.UTF_8);
    return joined(ints(bytes.length), bytes);
  }

  private static byte[] ints(int... values) {
    var bytes = ByteBuffer.allocate(4 * values.length);
    Arrays.stream(values).forEach(bytes::putInt);
    return bytes.array();
  }

  private static byte[] joined(byte[]... parts) {
    var whole = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(whole::writeBytes);
    return whole.toByteArray();
  }
}
