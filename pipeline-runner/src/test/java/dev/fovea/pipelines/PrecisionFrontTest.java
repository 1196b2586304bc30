package dev.fovea.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.PrecisionFront.Point;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PrecisionFrontTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Fronts are kept with their releases, those of versions before too. */
  @Test
  void readsPointsOfBeforeThatSayNothingOfCompression() {
    var before =
        """
        {"name": "int8", "how": "all", "keptInFloat": [], "sure": true,
         "drop": {"value": 0.1, "low": 0, "high": 0.2}, "p50": {"value": 1, "low": 1, "high": 2},
         "bytes": 100}
        """;

    var point = JSON.readValue(before, Point.class);

    assertThat(point)
        .isEqualTo(
            new Point(
                "int8",
                "all",
                List.of(),
                true,
                new Bounded(0.1, 0, 0.2),
                new Bounded(1, 1, 2),
                100));
    assertThat(point.packed()).isEmpty();
  }

  @Test
  void writesWhatItReads() {
    var point =
        new Point(
            "sparse-50",
            "half",
            List.of("c"),
            false,
            new Bounded(0.1, 0, 0.2),
            new Bounded(1, 1, 2),
            100,
            Optional.of(60L));
    assertThat(JSON.readValue(JSON.writeValueAsBytes(point), Point.class)).isEqualTo(point);
  }
}
