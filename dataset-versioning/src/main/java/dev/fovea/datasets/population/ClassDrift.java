package dev.fovea.datasets.population;

import dev.fovea.datasets.QualityReport.Drift;
import dev.fovea.datasets.QualityReport.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/*
 * Two questions are kept apart. How far: the total variation distance, half the sum of the
 * differences of the shares, is the share of images that would need another class to have the
 * parent's shares. It is exact, but with few images any change is far. By chance: Pearson's
 * chi-square for two rows of counts, where classes of which fewer than five images are expected in
 * the smaller row are counted together (W. G. Cochran, Some methods for strengthening the common
 * chi-square tests, Biometrics 10, 1954), with the tail by E. B. Wilson and M. M. Hilferty (The
 * distribution of chi-square, PNAS 17, 1931), which is within 0.05 of the exact quantile at one in a
 * hundred. Versions have most images in common, which makes them more alike than two draws are:
 * the test errs towards silence.
 */

/** How far the classes of a split are from those that the same split had in the parent version. */
public final class ClassDrift {
  /** The largest distance that is not called drift. */
  public static final double MOST = 0.1;

  private static final double LEAST_EXPECTED = 5;

  /** The 99 % quantile of the normal distribution. */
  private static final double Z99 = 2.326348;

  private ClassDrift() {}

  /** One for each split that both have, by name. */
  public static List<Drift> between(ClassCounts parent, ClassCounts now) {
    var drifts = new ArrayList<Drift>();
    now.splits()
        .forEach((split, classes) -> {
          if (!parent.split(split).isEmpty()) {
            drifts.add(of(split, parent.split(split), classes));
          }
        });
    return List.copyOf(drifts);
  }

  static Drift of(String split, Map<String, Integer> before, Map<String, Integer> now) {
    int all = ClassCounts.sum(now);
    int allBefore = ClassCounts.sum(before);
    var names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    double distance = 0;
    var cells = new ArrayList<Cell>();
    for (var name : names) {
      var cell = new Cell(before.getOrDefault(name, 0), now.getOrDefault(name, 0));
      distance += Math.abs((double) cell.now() / all - (double) cell.before() / allBefore) / 2;
      cells.add(cell);
    }
    return new Drift(split, all, allBefore, distance, outcome(distance, cells, allBefore, all));
  }

  /** Images of one class, or of several that are counted together. */
  private record Cell(int before, int now) {
    double expected(int allBefore, int all) {
      return ((double) before + now) * Math.min(allBefore, all) / ((double) allBefore + all);
    }

    Cell with(Cell other) {
      return new Cell(before + other.before, now + other.now);
    }
  }

  private static Outcome outcome(double distance, List<Cell> cells, int before, int now) {
    if (distance <= MOST) {
      return Outcome.STEADY;
    }
    var pooled = pooled(cells, before, now);
    if (pooled.isEmpty()) {
      return Outcome.TOO_FEW;
    }
    double statistic = 0;
    double weight = Math.sqrt((double) now / before);
    for (var cell : pooled.get()) {
      double difference = cell.now() / weight - cell.before() * weight;
      statistic += difference * difference / ((double) cell.before() + cell.now());
    }
    return standardized(statistic, pooled.get().size() - 1) > Z99
        ? Outcome.DRIFTED
        : Outcome.STEADY;
  }

  // Absent where fewer than two cells are left, so that nothing could be compared.
  private static Optional<List<Cell>> pooled(List<Cell> cells, int before, int now) {
    var large = new ArrayList<Cell>();
    var rest = new Cell(0, 0);
    for (var cell : cells) {
      if (cell.expected(before, now) >= LEAST_EXPECTED) {
        large.add(cell);
      } else {
        rest = rest.with(cell);
      }
    }
    if (rest.expected(before, now) >= LEAST_EXPECTED) {
      large.add(rest);
    } else if (!large.isEmpty()) {
      var smallest =
          large.stream()
              .min(Comparator.comparingDouble(cell -> cell.expected(before, now)))
              .orElseThrow();
      large.set(large.indexOf(smallest), smallest.with(rest));
    }
    return large.size() < 2 ? Optional.empty() : Optional.of(large);
  }

  /** The chi-square as a normal variable (Wilson and Hilferty). */
  static double standardized(double chiSquare, int degrees) {
    double ninth = 2 / (9.0 * degrees);
    return (Math.cbrt(chiSquare / degrees) - (1 - ninth)) / Math.sqrt(ninth);
  }
}
