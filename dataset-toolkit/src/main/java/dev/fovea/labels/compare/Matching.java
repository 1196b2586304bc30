package dev.fovea.labels.compare;

import dev.fovea.labels.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Which annotations of two lists are the same object. In this order, each time among those that are
 * left:
 *
 * <ol>
 *   <li>equal in everything, of these first those of one number;
 *   <li>of one number, where numbers mean something on this image: more of the pairs before agree
 *       in theirs than not. A pair must be of one class or overlap;
 *   <li>in exactly the same place, first of one class and number, then of one class, then of any;
 *   <li>by the best {@link Assignment} of pairs that overlap enough, one class before others;
 *   <li>of one number and class, unless the first step showed that numbers mean nothing.
 * </ol>
 *
 * The result depends on what the lists hold, not on their order, and is the same with the lists
 * swapped.
 */
public final class Matching {
  private static final int NONE = -1;
  private static final BiPredicate<Subject, Subject> ANY = (_, _) -> true;
  private static final BiPredicate<Subject, Subject> OF_ONE_NUMBER =
      (a, b) -> a.id().isPresent() && b.id().isPresent();
  private static final Comparator<Subject> CANONICAL =
      Subject.BY_CONTENT.thenComparing(Subject.BY_ID);

  private final int[] afters;
  private final int[] befores;

  private Matching(int[] afters, int[] befores) {
    this.afters = afters;
    this.befores = befores;
  }

  /**
   * Matches two lists, in n log n for what is equal; for n others, in at most about 1,000 n
   * comparisons of boxes and 10<sup>9</sup> steps of the assignment; it holds a few hundred bytes
   * for each annotation, and 40 for each pair that overlaps, of which there are about 1.6 million
   * at most.
   */
  public static Matching of(List<Annotation> before, List<Annotation> after) {
    var first = sorted(before);
    var second = sorted(after);
    var matching =
        new Matching(new int[before.size()], new int[after.size()]); // by index, NONE for none
    Arrays.fill(matching.afters, NONE);
    Arrays.fill(matching.befores, NONE);
    // One of the two directions is always the one that is worked out, so that both give the same.
    boolean turned = Arrays.compare(first, second, CANONICAL) > 0;
    var steps =
        turned
            ? new Steps(second, first, (b, a) -> matching.put(a, b))
            : new Steps(first, second, matching::put);
    steps.run();
    return matching;
  }

  private static Subject[] sorted(List<Annotation> annotations) {
    return IntStream.range(0, annotations.size())
        .mapToObj(i -> new Subject(i, annotations.get(i)))
        .sorted(CANONICAL)
        .toArray(Subject[]::new);
  }

  private void put(Subject before, Subject after) {
    afters[before.index] = after.index;
    befores[after.index] = before.index;
  }

  /** The place in the list after of an annotation of the list before, both from 0. */
  public OptionalInt after(int before) {
    return partner(afters[before]);
  }

  /** The place in the list before of an annotation of the list after, both from 0. */
  public OptionalInt before(int after) {
    return partner(befores[after]);
  }

  private static OptionalInt partner(int index) {
    return index == NONE ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /** Told of each pair. */
  @FunctionalInterface
  private interface Pairs {
    void add(Subject left, Subject right);
  }

  /** The steps, and what each leaves to the next. */
  private static final class Steps {
    private final Pairs pairs;
    private List<Subject> left;
    private List<Subject> right;
    private long agreeing;
    private long differing;

    Steps(Subject[] left, Subject[] right, Pairs pairs) {
      this.left = List.of(left);
      this.right = List.of(right);
      this.pairs = pairs;
    }

    void run() {
      join(Subject.BY_CONTENT.thenComparing(Subject.BY_ID), ANY);
      join(Subject.BY_CONTENT, ANY);
      if (agreeing > differing) {
        join(Subject.BY_ID, OF_ONE_NUMBER.and((a, b) -> a.isOfClassOf(b) || Overlaps.of(a, b) > 0));
      }
      boolean numbersMeanNothing = differing > 0 && differing >= agreeing;
      var inPlace = Subject.BY_PLACE.thenComparing(Subject.BY_LABEL);
      join(inPlace.thenComparing(Subject.BY_ID), ANY);
      join(inPlace, ANY);
      join(Subject.BY_PLACE, ANY);
      assign();
      if (!numbersMeanNothing) {
        join(Subject.BY_ID.thenComparing(Subject.BY_LABEL), OF_ONE_NUMBER);
      }
    }

    // Pairs, one by one, those that are equal in this order; of several, in the canonical order.
    private void join(Comparator<Subject> order, BiPredicate<Subject, Subject> plausible) {
      var a = new ArrayList<>(left);
      var b = new ArrayList<>(right);
      a.sort(order);
      b.sort(order);
      var taken = new Taken();
      for (int i = 0, j = 0; i < a.size() && j < b.size(); ) {
        int compared = order.compare(a.get(i), b.get(j));
        if (compared == 0 && plausible.test(a.get(i), b.get(j))) {
          taken.add(a.get(i), b.get(j));
        }
        i += compared <= 0 ? 1 : 0;
        j += compared >= 0 ? 1 : 0;
      }
      taken.remove();
    }

    private void assign() {
      var taken = new Taken();
      var assignment = Assignment.best(Overlaps.find(left, right), left.size(), right.size());
      for (int i = 0; i < assignment.length; i++) {
        if (assignment[i] >= 0) {
          taken.add(left.get(i), right.get(assignment[i]));
        }
      }
      taken.remove();
    }

    private final class Taken {
      private final BitSet lefts = new BitSet();
      private final BitSet rights = new BitSet();

      void add(Subject a, Subject b) {
        lefts.set(a.index);
        rights.set(b.index);
        if (a.id().isPresent() && b.id().isPresent()) {
          agreeing += a.id().equals(b.id()) ? 1 : 0;
          differing += a.id().equals(b.id()) ? 0 : 1;
        }
        pairs.add(a, b);
      }

      void remove() {
        left = left.stream().filter(one -> !lefts.get(one.index)).toList();
        right = right.stream().filter(one -> !rights.get(one.index)).toList();
      }
    }
  }
}
