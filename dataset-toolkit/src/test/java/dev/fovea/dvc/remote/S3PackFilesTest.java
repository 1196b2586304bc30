package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class S3PackFilesTest extends PackFilesContract {
  private static final Duration SOON = Duration.ofMillis(5);

  private final FlakyS3 store = FlakyS3.started();

  @AfterEach
  void stop() {
    store.close();
  }

  @Override
  protected Remote remote() {
    return new S3Remote(store.address(), Duration.ofSeconds(5), SOON);
  }

  @Test
  void sendsAndReadsAgainWhatWasLostOnTheWay() throws Exception {
    var bytes = new byte[3 << 20];
    new Random(8).nextBytes(bytes);
    var digest = Digest.sha256(bytes);
    var name = digest.hex() + ".pack";
    try (var remote = remote()) {
      var packs = remote.packFiles().orElseThrow();
      store.next("PUT", FlakyS3.error(503, "SlowDown"), FlakyS3.dropped(), FlakyS3.answerLost());
      packs.put(name, bytes, bytes.length, digest);
      assertThat(store.objects.get("data/fovea/packs/" + name)).isEqualTo(bytes);

      store.next(
          "GET",
          FlakyS3.cutAt(1000, 0),
          FlakyS3.error(500, "InternalError"),
          FlakyS3.cutAt(2_000_000, 0));
      assertThat(packs.read(name, 0, 3 << 20)).contains(bytes);
    }
  }

  @Test
  void saysWhyItWasRefused() throws Exception {
    try (var remote = remote()) {
      var packs = remote.packFiles().orElseThrow();
      store.next("PUT", FlakyS3.error(403, "AccessDenied"), FlakyS3.error(403, "AccessDenied"));
      var name = "ab".repeat(32) + ".idx";
      assertThatThrownBy(() -> packs.put(name, new byte[9], 9, Digest.sha256(new byte[9])))
          .isInstanceOf(RemoteRefused.class)
          .hasMessageContaining("AccessDenied");
      assertThat(store.objects).isEmpty();
    }
  }
}
