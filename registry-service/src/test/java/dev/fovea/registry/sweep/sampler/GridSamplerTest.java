package dev.fovea.registry.sweep.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.SearchSpace;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GridSamplerTest {
  @Test
  void triesEachPointOnceInOrderAndEnds() {
    var space =
        SearchSpace.parse(
            """
            {"c": {"type": "float", "low": 0.1, "high": 0.35, "step": 0.1},
             "b": {"type": "categorical", "choices": ["yes", "no"]},
             "a": {"type": "int", "low": 1, "high": 3, "log": true}}
            """);
    var grid = new GridSampler(space);
    assertThat(grid.size()).isEqualTo(3 * 2 * 3);
    var points =
        IntStream.range(0, grid.size())
            .mapToObj(number -> grid.next(number, List.of()).orElseThrow())
            .toList();
    assertThat(points.subList(0, 4))
        .map(space::shown)
        .map(Object::toString)
        .containsExactly(
            "{a=1, b=yes, c=0.1}",
            "{a=1, b=yes, c=0.2}",
            "{a=1, b=yes, c=0.3}",
            "{a=1, b=no, c=0.1}");
    assertThat(points).doesNotHaveDuplicates().allMatch(space::contains);
    assertThat(points.getLast()).isEqualTo(new Point(3, 1, 0.3));
    assertThat(grid.next(grid.size(), List.of())).isEmpty();
    assertThat(grid.next(Integer.MAX_VALUE, List.of())).isEmpty();
  }

  @Test
  void refusesWhatHasNoEnd() {
    assertThatThrownBy(() ->
            new GridSampler(
                SearchSpace.parse("{\"lr\": {\"type\": \"float\", \"low\": 1, \"high\": 2}}")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("space.lr: a continuum");
    assertThatThrownBy(() ->
            new GridSampler(
                SearchSpace.parse(
                    """
                    {"a": {"type": "int", "low": -1000000000000, "high": 1000000000000},
                     "b": {"type": "int", "low": 0, "high": 9}}
                    """)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("2000000000001 points or more (expected: at most 100000)");
  }

  @Test
  void aContinuumOfOneValueIsNone() {
    var space =
        SearchSpace.parse(
            """
            {"lr": {"type": "float", "low": 0.1, "high": 0.1},
             "n": {"type": "int", "low": 4, "high": 9, "step": 10}}
            """);
    var grid = new GridSampler(space);
    assertThat(grid.size()).isEqualTo(1);
    assertThat(grid.next(0, List.of())).contains(new Point(0.1, 4));
  }
}
