package dev.fovea.onnx.quantize.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.onnx.graph.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLatencyTest {
  @Test
  void measuresAModelAndStopsInTime(@TempDir Path folder) throws IOException {
    var file = folder.resolve("model.onnx");
    Files.write(file, OnnxWriter.bytes(Ruined.sound(1)));
    var shape = List.of(1L, 3L, 8L, 8L);

    var whole = new LocalLatency(shape, 40, Duration.ofMinutes(1)).measure(file);
    var short10 = new LocalLatency(shape, 1_000, Duration.ZERO).measure(file);

    assertThat(whole.samples()).isEqualTo(40);
    assertThat(whole.p50()).isGreaterThan(0);
    assertThat(short10.samples()).isEqualTo(10);
    assertThatThrownBy(() -> new LocalLatency(shape, 9, Duration.ZERO))
        .hasMessage("latency of 9 samples (expected: >= 10)");
  }

  /** The exponential's median is ln 2. */
  @Test
  void holdsTheMedianAsOftenAsItSays() {
    var random = new Random(1);
    int held = 0;
    for (int i = 0; i < 1_000; i++) {
      var millis = random.doubles(60).map(u -> -Math.log(1 - u)).toArray();
      var latency = LocalLatency.median(millis);
      assertThat(latency.p50()).isBetween(latency.low(), latency.high());
      held += latency.low() <= Math.log(2) && Math.log(2) <= latency.high() ? 1 : 0;
    }
    assertThat(held).isBetween(935, 990);
  }

  @Test
  void isThatSampleWhereAllAreEqual() {
    var equal = new double[11];
    Arrays.fill(equal, 2);
    assertThat(LocalLatency.median(equal)).isEqualTo(new LatencyProbe.Latency(2, 2, 2, 11));
  }
}
