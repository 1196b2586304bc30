package dev.fovea.cli.imports.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.imports.source.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PointSetTests {
  private static PointSet.Sum sum(int capacity, List<Point> points) throws IOException {
    try (var set = new PointSet(capacity)) {
      for (var point : points) {
        set.add(point);
      }
      return set.sum();
    }
  }

  private static List<Point> points(int count) {
    var random = new Random(5);
    var points = new ArrayList<Point>();
    for (int i = 0; i < count; i++) {
      points.add(
          new Point(
              "k" + random.nextInt(3), random.nextInt(4), random.nextInt(5), random.nextInt(60)));
    }
    return points;
  }

  @Test
  void isTheSameInAnyOrderAndWhereFilesHoldIt() throws IOException {
    var points = points(5_000);
    var inMemory = sum(10_000, points);
    Collections.shuffle(points, new Random(1));

    assertThat(inMemory.points()).isEqualTo(new HashSet<>(points).size());
    assertThat(sum(100, points)).isEqualTo(inMemory);
    assertThat(sum(5_000, points)).isEqualTo(inMemory);
  }

  @Test
  void tellsEveryFieldApart() throws IOException {
    var point = new Point("k", 1, 2, 3);
    var sums = new HashSet<PointSet.Sum>();
    for (var each :
        List.of(
            point,
            new Point("j", 1, 2, 3),
            new Point("k", 1.5, 2, 3),
            new Point("k", 1, 3, 3),
            new Point("k", 1, 2, 4),
            new Point("k", Double.NaN, 2, 3),
            new Point("k", 0, 2, 3),
            new Point("k", Double.POSITIVE_INFINITY, 2, 3),
            new Point("k", Double.NEGATIVE_INFINITY, 2, 3))) {
      sums.add(sum(10, List.of(each)));
    }

    assertThat(sums).hasSize(9);
    assertThat(sum(10, List.of(point, point))).isEqualTo(sum(10, List.of(point)));
    assertThat(sum(10, List.of(new Point("k", -0.0, 2, 3))))
        .isEqualTo(sum(10, List.of(new Point("k", 0.0, 2, 3))));
    assertThat(sum(10, List.of())).isNotEqualTo(sum(10, List.of(point)));
  }
}
