package dev.fovea.labels.compare;

import dev.fovea.labels.Shape.Box;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Pairs of boxes that overlap so much that they may be one object, with what each is worth. */
final class Overlaps {
  /**
   * The intersection over union from which two boxes are one object: Pascal VOC's criterion
   * (Everingham et al., "The PASCAL Visual Object Classes Challenge", IJCV 2010).
   */
  static final double SAME_OBJECT = 0.5;

  // A class outweighs any overlap.
  private static final double SAME_CLASS = 1;
  // A number decides between what is otherwise as good.
  private static final double SAME_NUMBER = 1e-3;

  private static final int MOST_COMPARED = 1_024; // with one box
  private static final int MOST_KEPT = 1_600_000; // in all; beyond, the best of each
  private static final int FEWEST_KEPT = 16; // of one box

  private final int capacity;
  private int[] lefts = new int[64];
  private int[] rights = new int[64];
  private double[] worths = new double[64];
  private int size;

  private Overlaps(int capacity) {
    this.capacity = capacity;
  }

  /** Intersection over union of the bounds; 0 where one has none. */
  static double of(Subject a, Subject b) {
    return a.place().isPresent() && b.place().isPresent()
        ? of(a.place().get(), b.place().get())
        : 0;
  }

  private static double of(Box a, Box b) {
    double width = Math.min(a.x2(), b.x2()) - Math.max(a.x1(), b.x1());
    double height = Math.min(a.y2(), b.y2()) - Math.max(a.y1(), b.y1());
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double common = width * height;
    double share = common / (area(a) + area(b) - common);
    return Double.isFinite(share) ? share : 0;
  }

  private static double area(Box box) {
    return (box.x2() - box.x1()) * (box.y2() - box.y1());
  }

  /**
   * All pairs that overlap enough. Each of the left is compared with at most about 1,000 of the
   * right, those whose left edges are nearest, and of all pairs at most about 1.6 million are kept.
   */
  static Overlaps find(List<Subject> left, List<Subject> right) {
    var found = new Overlaps(Math.max(FEWEST_KEPT, MOST_KEPT / Math.max(1, left.size())));
    int[] order =
        IntStream.range(0, right.size())
            .filter(i -> right.get(i).place().isPresent())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> right.get(i).place().orElseThrow().x1()))
            .mapToInt(Integer::intValue)
            .toArray();
    var boxes =
        Arrays.stream(order).mapToObj(i -> right.get(i).place().orElseThrow()).toArray(Box[]::new);
    double[] edges = Arrays.stream(boxes).mapToDouble(Box::x1).toArray();
    for (int i = 0; i < left.size(); i++) {
      if (left.get(i).place().isPresent()) {
        found.add(i, left.get(i), right, order, boxes, edges);
      }
    }
    return found;
  }

  // Since the widths of two that are one object differ by a factor of at most 1 / SAME_OBJECT, and
  // as much of the wider is common, their left edges are at most this far apart.
  private static double reach(Box box) {
    return (1 - SAME_OBJECT) * (box.x2() - box.x1()) / SAME_OBJECT;
  }

  private void add(
      int place, Subject one, List<Subject> right, int[] order, Box[] boxes, double[] edges) {
    var box = one.place().orElseThrow();
    int from = firstAtLeast(edges, box.x1() - reach(box));
    int to = firstAtLeast(edges, Math.nextUp(box.x1() + reach(box)));
    if (to - from > MOST_COMPARED) {
      int nearest = firstAtLeast(edges, box.x1());
      from = Math.max(from, Math.min(nearest - MOST_COMPARED / 2, to - MOST_COMPARED));
      to = from + MOST_COMPARED;
    }
    int start = size;
    for (int i = from; i < to; i++) {
      double share = of(box, boxes[i]);
      if (share >= SAME_OBJECT) {
        var other = right.get(order[i]);
        boolean numbered = one.id().isPresent() && one.id().equals(other.id());
        put(
            place,
            order[i],
            share + (one.isOfClassOf(other) ? SAME_CLASS : 0) + (numbered ? SAME_NUMBER : 0));
      }
    }
    keepBest(start);
  }

  private static int firstAtLeast(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void put(int left, int right, double worth) {
    if (size == lefts.length) {
      lefts = Arrays.copyOf(lefts, 2 * size);
      rights = Arrays.copyOf(rights, 2 * size);
      worths = Arrays.copyOf(worths, 2 * size);
    }
    lefts[size] = left;
    rights[size] = right;
    worths[size++] = worth;
  }

  private void keepBest(int start) {
    if (size - start <= capacity) {
      return;
    }
    var sorted = Arrays.copyOfRange(worths, start, size);
    Arrays.sort(sorted);
    double least = sorted[sorted.length - capacity];
    // Of those of the least worth that is kept, the first.
    int equal = capacity;
    for (int i = sorted.length - 1; i >= 0 && sorted[i] > least; i--) {
      equal--;
    }
    int end = start;
    for (int i = start; i < size; i++) {
      if (worths[i] > least || (worths[i] == least && equal-- > 0)) {
        lefts[end] = lefts[i];
        rights[end] = rights[i];
        worths[end++] = worths[i];
      }
    }
    size = end;
  }

  int size() {
    return size;
  }

  int left(int pair) {
    return lefts[pair];
  }

  int right(int pair) {
    return rights[pair];
  }

  /** More than 0; the more, the likelier that they are one object. */
  double worth(int pair) {
    return worths[pair];
  }
}
