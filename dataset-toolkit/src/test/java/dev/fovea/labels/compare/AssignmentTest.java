package dev.fovea.labels.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AssignmentTest {
  @Test
  void costsWhatTheBestOfAllPermutationsCosts() {
    var random = new Random(1);
    for (int round = 0; round < 400; round++) {
      int height = 1 + random.nextInt(5);
      int width = height + random.nextInt(3);
      var costs = new double[height][width];
      for (var row : costs) {
        for (int j = 0; j < width; j++) {
          row[j] = random.nextInt(3) == 0 ? 0 : -random.nextDouble();
        }
      }
      var assigned = Assignment.cheapest(costs, width);
      assertThat(IntStream.of(assigned).distinct().count()).isEqualTo(height);
      double found = IntStream.range(0, height).mapToDouble(i -> costs[i][assigned[i]]).sum();
      assertThat(found).isCloseTo(least(costs, 0, new boolean[width]), within(1e-12));
    }
  }

  private static double least(double[][] costs, int row, boolean[] taken) {
    if (row == costs.length) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < taken.length; j++) {
      if (!taken[j]) {
        taken[j] = true;
        least = Math.min(least, costs[row][j] + least(costs, row + 1, taken));
        taken[j] = false;
      }
    }
    return least;
  }
}
