package dev.fovea.onnx.export.lowering.resizing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestSourceTest {

  @Test
  void repeatsEachValueForAWholeFactor() {
    var twice = new NearestSource(3, 6, Optional.of(2.0), false);

    assertThat(sources(twice)).containsExactly(0L, 0L, 1L, 1L, 2L, 2L);
    assertThat(twice.runtimeAgrees()).isTrue();
  }

  @Test
  void takesBeginningsOrMiddles() {
    assertThat(sources(new NearestSource(5, 3, Optional.empty(), false)))
        .containsExactly(0L, 1L, 3L);
    assertThat(sources(new NearestSource(5, 3, Optional.empty(), true)))
        .containsExactly(0L, 2L, 4L);
  }

  @Test
  void neverLeavesTheAxis() {
    for (var factor : List.of(0.01, 0.3, 1.7, 9.99)) {
      for (var exact : List.of(false, true)) {
        var source = new NearestSource(7, 70, Optional.of(factor), exact);
        assertThat(sources(source)).allMatch(place -> place >= 0 && place < 7);
      }
    }
  }

  /** Two roundings of one quotient: what this class is for. */
  @Test
  void knowsSizesForWhichTheRuntimeRoundsOtherwise() {
    long others =
        IntStream.rangeClosed(1, 200)
            .boxed()
            .flatMap(size ->
                IntStream.rangeClosed(1, 200)
                    .mapToObj(target -> new NearestSource(size, target, Optional.empty(), false)))
            .filter(source -> !source.runtimeAgrees())
            .count();

    assertThat(others).isPositive();
  }

  private static List<Long> sources(NearestSource source) {
    return IntStream.range(0, (int) source.target()).mapToObj(source::inPyTorch).toList();
  }
}
