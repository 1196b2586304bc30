package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.serving.SeenFrame.Reason;
import dev.fovea.serving.metrics.ServerMetrics;
import dev.fovea.serving.model.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameCaptureTest {
  private static final Answer UNSURE = new Answer("dark", 0.5, 0, new float[] {0.5f, 0.5f});
  private final List<SeenFrame> kept = new CopyOnWriteArrayList<>();

  @Test
  void takesTheFramesThatTheModelIsUnsureOf() {
    try (var server = start(CaptureSettings.of(0.8, 0), kept::addAll)) {
      var client = new Client(server.uri());
      infer(client, Images.png(255, 9));
      infer(client, Images.png(130, 9));
    }

    assertThat(kept)
        .singleElement()
        .satisfies(frame -> {
          assertThat(frame.reason()).isEqualTo(Reason.UNSURE);
          assertThat(frame.answer()).isEqualTo("bright");
          assertThat(frame.confidence()).isBetween(0.5, 0.6);
          assertThat(frame.margin()).isBetween(0.0, 0.2);
          assertThat(frame.probabilities()).hasSize(2);
          assertThat(frame.image()).isEqualTo(Images.png(130, 9));
          assertThat(frame.digest()).isEqualTo(Digest.sha256(frame.image()));
        });
  }

  @Test
  void auditsTheSameShareOfTheImagesEveryTime() {
    var images = IntStream.range(0, 250).mapToObj(i -> Images.png(i / 2, 6 + i % 2)).toList();
    try (var server = start(CaptureSettings.of(0, 0.2), kept::addAll)) {
      var client = new Client(server.uri());
      images.forEach(image -> infer(client, image));
    }
    var first = kept.stream().map(SeenFrame::digest).collect(Collectors.toSet());
    kept.clear();
    try (var server = start(CaptureSettings.of(0, 0.2), kept::addAll)) {
      var client = new Client(server.uri());
      images.forEach(image -> infer(client, image));
    }

    assertThat(kept.stream().map(SeenFrame::digest).collect(Collectors.toSet())).isEqualTo(first);
    assertThat(first).hasSizeBetween(25, 75); // 0.2 x 250 = 50, six sigmas are 38
    assertThat(kept).allMatch(frame -> frame.reason() == Reason.AUDIT);
  }

  @Test
  void aSlowSinkCostsFramesAndNeverAnAnswer() throws Exception {
    var release = new CountDownLatch(1);
    var settings = new CaptureSettings(1, 0, 4, new ByteSize(1 << 20), Duration.ofMillis(1));
    try (var server = start(settings, _ -> release.await())) {
      var client = new Client(server.uri());
      for (int i = 0; i < 50; i++) {
        assertThat(infer(client, Images.png(128, 8)).status()).isEqualTo(200);
      }
      // 4 wait, and at most 4 more are with the sink.
      while (server.droppedFrames() < 42) {
        Thread.onSpinWait();
      }
      assertThat(client.get("/metrics").body())
          .asString(StandardCharsets.UTF_8)
          .contains("fovea_frames_dropped_total");
      release.countDown();
    }
  }

  @Test
  void aFailingSinkIsCountedAndTriedAgainWithTheNext() {
    var calls = new CopyOnWriteArrayList<Integer>();
    try (var server =
        start(
            CaptureSettings.of(1, 0),
            frames -> {
              calls.add(frames.size());
              throw new IllegalStateException("the store is down");
            })) {
      var client = new Client(server.uri());
      infer(client, Images.png(128, 8));
      while (server.droppedFrames() < 1) {
        Thread.onSpinWait();
      }
      infer(client, Images.png(129, 8));
      while (server.droppedFrames() < 2) {
        Thread.onSpinWait();
      }
    }
    assertThat(calls).hasSize(2);
  }

  @Test
  void handsOverAtMostAHundredAtOnceAndLosesNoneOnClose() {
    var sizes = new CopyOnWriteArrayList<Integer>();
    try (var server =
        start(
            CaptureSettings.of(1, 0),
            frames -> {
              sizes.add(frames.size());
              kept.addAll(frames);
            })) {
      var client = new Client(server.uri());
      for (int i = 0; i < 8; i++) {
        infer(
            client, IntStream.range(0, 40).mapToObj(b -> Images.png(b, 8)).toArray(byte[][]::new));
      }
    }
    assertThat(kept).hasSize(320);
    assertThat(sizes).allMatch(size -> size <= FrameSink.MOST);
  }

  @Test
  void handsOverAtMostSixteenMebibytesAtOnceUnlessOneIsLarger() {
    var sizes = new CopyOnWriteArrayList<Integer>();
    try (var capture = capture(frames -> sizes.add(frames.size()))) {
      for (int mebibytes : new int[] {7, 7, 7, 20, 1, 1}) {
        capture.offer(new byte[mebibytes << 20], UNSURE);
      }
    }
    assertThat(sizes).containsExactly(2, 1, 1, 2);
  }

  @Test
  void takesNoFrameThatTheModelGaveNoAnswerFor() {
    try (var capture = capture(kept::addAll)) {
      capture.offer(Images.png(1, 8), new Answer("", 0, 0, new float[] {Float.NaN, Float.NaN}));
      capture.offer(Images.png(2, 8), new Answer("dark", 1, 1, new float[] {1.0000001f, -1e-9f}));
    }
    assertThat(kept)
        .singleElement()
        .satisfies(frame -> assertThat(frame.probabilities()).containsExactly(1.0, 0.0));
  }

  /** Hands over what it has when it is closed, however long that takes. */
  private static FrameCapture capture(FrameSink sink) {
    var all = new CaptureSettings(1, 1, 100, new ByteSize(64 << 20), Duration.ofMinutes(1));
    return new FrameCapture(all, sink, new ServerMetrics("lamp", "3"), Clock.systemUTC());
  }

  @Test
  void ignoresAWishForCapture() {
    try (var server = start(CaptureSettings.of(0.1, 0), kept::addAll)) {
      var client = new Client(server.uri());
      var body =
          request(Images.png(130, 8))
              .replace(
                  "{\"inputs\"",
                  "{\"parameters\":{\"capture\":true,\"path\":\"/tmp/x\"},\"inputs\"");
      assertThat(client.infer(body).status()).isEqualTo(200);
    }
    assertThat(kept).isEmpty();
  }

  @Test
  void saysWhichImageIsNone() {
    try (var server = start(CaptureSettings.of(1, 0), kept::addAll)) {
      var client = new Client(server.uri());
      var reply = infer(client, Images.png(1, 8), "GIF89a".getBytes(StandardCharsets.UTF_8));
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.error()).startsWith("image 1: ");
    }
    assertThat(kept).isEmpty();
  }

  @Test
  void anImageGivesTheSameAnswerAsItsPixels() {
    try (var server = start(CaptureSettings.NOTHING, kept::addAll)) {
      var client = new Client(server.uri());
      var image = infer(client, Images.png(200, 64)).json().path("outputs").get(0).path("data");
      var pixels =
          client
              .infer(Client.pixels((float) (200 / 255.0)))
              .json()
              .path("outputs")
              .get(0)
              .path("data");
      assertThat(image).isEqualTo(pixels);
    }
  }

  private static ModelServer start(CaptureSettings settings, FrameSink sink) {
    return ModelServer.start(TestModels.config("bright").capturing(settings, sink));
  }

  private static Client.Reply infer(Client client, byte[]... images) {
    return client.infer(request(images));
  }

  private static String request(byte[]... images) {
    var data =
        java.util.Arrays.stream(images)
            .map(image -> '"' + Base64.getEncoder().encodeToString(image) + '"')
            .collect(Collectors.joining(","));
    return "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[%d],\"data\":[%s]}]}"
        .formatted(images.length, data);
  }
}
