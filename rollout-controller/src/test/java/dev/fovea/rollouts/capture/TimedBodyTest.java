package dev.fovea.rollouts.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimedBodyTest {
  @Test
  void aBodyInTimeIsAsItIs() throws IOException {
    try (var body = new TimedBody(new ByteArrayInputStream(new byte[] {1, 2, 3}), minute())) {
      assertThat(body.readAllBytes()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aBodyThatDripsIsLeft() {
    var drips =
        new InputStream() {
          @Override
          public int read() throws IOException {
            try {
              Thread.sleep(10);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return 0;
          }

          @Override
          public int read(byte[] to, int from, int length) throws IOException {
            read();
            return 1;
          }
        };
    assertThatThrownBy(() -> new TimedBody(drips, Duration.ofMillis(100)).readNBytes(1 << 20))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("body: not whole after 0 s");
  }

  private static Duration minute() {
    return Duration.ofMinutes(1);
  }
}
