package dev.fovea.labels.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Pairs of most worth in all, each side of a pair in one alone. Boxes that are connected by no
 * overlap are worked out apart: by the Hungarian method with potentials (Kuhn 1955; Jonker and
 * Volgenant 1987 for its shortest augmenting paths) up to 500 by 500 and 10<sup>9</sup> steps in
 * all, and beyond that greedily, the pair of most worth first.
 */
final class Assignment {
  private static final int LARGEST = 500;
  private static final long MOST_STEPS = 1_000_000_000;
  private static final int NONE = -1;

  private final Overlaps pairs;
  private final int[] partners;
  private final int[] takers;
  private long steps;

  private Assignment(Overlaps pairs, int lefts, int rights) {
    this.pairs = pairs;
    this.partners = new int[lefts];
    this.takers = new int[rights];
    Arrays.fill(partners, NONE);
    Arrays.fill(takers, NONE);
  }

  /** For each of the left, the place of its partner among the right; -1 for none. */
  static int[] best(Overlaps pairs, int lefts, int rights) {
    var assignment = new Assignment(pairs, lefts, rights);
    assignment.components().forEach(assignment::solve);
    return assignment.partners;
  }

  // The pairs of each connected part, in the order of their first left box.
  private Iterable<List<Integer>> components() {
    var roots = IntStream.range(0, partners.length + takers.length).toArray();
    for (int i = 0; i < pairs.size(); i++) {
      int a = root(roots, pairs.left(i));
      int b = root(roots, partners.length + pairs.right(i));
      roots[Math.max(a, b)] = Math.min(a, b);
    }
    var components = new TreeMap<Integer, List<Integer>>();
    for (int i = 0; i < pairs.size(); i++) {
      components.computeIfAbsent(root(roots, pairs.left(i)), _ -> new ArrayList<>()).add(i);
    }
    return components.values();
  }

  private static int root(int[] roots, int place) {
    int at = place;
    while (roots[at] != at) {
      roots[at] = roots[roots[at]];
      at = roots[at];
    }
    return at;
  }

  private void solve(List<Integer> component) {
    if (component.size() == 1) {
      take(pairs.left(component.getFirst()), pairs.right(component.getFirst()));
      return;
    }
    var rows = places(component.stream().mapToInt(pairs::left));
    var columns = places(component.stream().mapToInt(pairs::right));
    int shorter = Math.min(rows.length, columns.length);
    int longer = Math.max(rows.length, columns.length);
    long work = (long) shorter * shorter * longer;
    if (longer > LARGEST || steps + work > MOST_STEPS) {
      takeGreedily(component);
      return;
    }
    steps += work;
    var rowOf = byPlace(rows);
    var columnOf = byPlace(columns);
    boolean turned = rows.length > columns.length;
    var costs = new double[shorter][longer];
    for (int pair : component) {
      int row = rowOf.getOrDefault(pairs.left(pair), 0);
      int column = columnOf.getOrDefault(pairs.right(pair), 0);
      costs[turned ? column : row][turned ? row : column] = -pairs.worth(pair);
    }
    var assigned = cheapest(costs, longer);
    for (int i = 0; i < shorter; i++) {
      if (costs[i][assigned[i]] < 0) { // 0 stands for boxes that do not overlap enough
        take(rows[turned ? assigned[i] : i], columns[turned ? i : assigned[i]]);
      }
    }
  }

  private static int[] places(IntStream stream) {
    return stream.distinct().sorted().toArray();
  }

  private static HashMap<Integer, Integer> byPlace(int[] places) {
    var index = new HashMap<Integer, Integer>();
    for (int place : places) {
      index.put(place, index.size());
    }
    return index;
  }

  private void takeGreedily(List<Integer> component) {
    component.stream()
        .sorted(
            Comparator.comparingDouble((Integer pair) -> -pairs.worth(pair))
                .thenComparing(pair -> pair))
        .forEach(pair -> {
          if (partners[pairs.left(pair)] == NONE && takers[pairs.right(pair)] == NONE) {
            take(pairs.left(pair), pairs.right(pair));
          }
        });
  }

  private void take(int left, int right) {
    partners[left] = right;
    takers[right] = left;
  }

  /**
   * A column for each row, no column twice, of the least cost in all.
   *
   * @param costs of at least as many columns as rows
   */
  static int[] cheapest(double[][] costs, int width) {
    int height = costs.length;
    // Rows and columns count from 1 here; column 0 holds the row that is being placed.
    var rowPotential = new double[height + 1];
    var columnPotential = new double[width + 1];
    var rowOf = new int[width + 1];
    var before = new int[width + 1];
    for (int row = 1; row <= height; row++) {
      rowOf[0] = row;
      int column = 0;
      var shortest = new double[width + 1];
      Arrays.fill(shortest, Double.POSITIVE_INFINITY);
      var visited = new boolean[width + 1];
      do {
        visited[column] = true;
        int from = rowOf[column];
        int next = 0;
        double step = Double.POSITIVE_INFINITY;
        for (int j = 1; j <= width; j++) {
          if (!visited[j]) {
            double reduced = costs[from - 1][j - 1] - rowPotential[from] - columnPotential[j];
            if (reduced < shortest[j]) {
              shortest[j] = reduced;
              before[j] = column;
            }
            if (shortest[j] < step) {
              step = shortest[j];
              next = j;
            }
          }
        }
        for (int j = 0; j <= width; j++) {
          if (visited[j]) {
            rowPotential[rowOf[j]] += step;
            columnPotential[j] -= step;
          } else {
            shortest[j] -= step;
          }
        }
        column = next;
      } while (rowOf[column] != 0);
      for (; column != 0; column = before[column]) {
        rowOf[column] = rowOf[before[column]];
      }
    }
    var assigned = new int[height];
    for (int j = 1; j <= width; j++) {
      if (rowOf[j] != 0) {
        assigned[rowOf[j] - 1] = j - 1;
      }
    }
    return assigned;
  }
}
