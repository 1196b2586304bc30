package dev.fovea.registry.sweep.sampler;

import java.util.Map;
import java.util.stream.IntStream;

/** What src/test/python/optuna_streams.py minimises. */
enum Objective {
  BRANIN {
    @Override
    double at(Map<String, Object> point) {
      double x = number(point, "x");
      double y = number(point, "y");
      double valley = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
      return valley * valley + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
    }
  },
  HARTMANN6 {
    private static final double[][] A = {
      {10, 3, 17, 3.5, 1.7, 8},
      {0.05, 10, 17, 0.1, 8, 14},
      {3, 3.5, 1.7, 10, 17, 8},
      {17, 8, 0.05, 10, 0.1, 14}
    };
    private static final double[] C = {1.0, 1.2, 3.0, 3.2};
    private static final double[][] P = {
      {0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
      {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
      {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
      {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}
    };

    @Override
    double at(Map<String, Object> point) {
      var x = cube(point, 6);
      return -IntStream.range(0, 4)
          .mapToDouble(i ->
              C[i]
                  * Math.exp(
                      -IntStream.range(0, 6)
                          .mapToDouble(j -> A[i][j] * (x[j] - P[i][j]) * (x[j] - P[i][j]))
                          .sum()))
          .sum();
    }
  },
  ACKLEY5 {
    @Override
    double at(Map<String, Object> point) {
      var x = cube(point, 5);
      double squares = 0;
      double waves = 0;
      for (double value : x) {
        squares += value * value / 5;
        waves += Math.cos(2 * Math.PI * value) / 5;
      }
      return 20 + Math.E - 20 * Math.exp(-0.2 * Math.sqrt(squares)) - Math.exp(waves);
    }
  },
  MIXED {
    @Override
    double at(Map<String, Object> point) {
      double optimizer =
          Map.of("sgd", 0.5, "adamw", 0.0, "lion", 0.2).get((String) point.get("optimizer"));
      return square(Math.log10(number(point, "lr")) + 2.7)
          + square((number(point, "batch") - 64) / 64)
          + square(Math.log(number(point, "depth") / 12) / Math.log(2)) / 4
          + square(number(point, "dropout") - 0.2)
          + square(number(point, "decay") - 0.3)
          + optimizer;
    }
  };

  abstract double at(Map<String, Object> point);

  private static double[] cube(Map<String, Object> point, int size) {
    return IntStream.range(0, size).mapToDouble(i -> number(point, "x" + i)).toArray();
  }

  private static double number(Map<String, Object> point, String name) {
    return ((Number) point.get(name)).doubleValue();
  }

  private static double square(double value) {
    return value * value;
  }
}
