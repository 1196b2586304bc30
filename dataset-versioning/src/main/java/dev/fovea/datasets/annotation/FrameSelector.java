package dev.fovea.datasets.annotation;

import dev.fovea.datasets.Frame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Chooses among unsure frames: near-duplicates give one, then the answers farthest from those
 * already chosen come first, with a cap on each guessed class. Plain lowest confidence would fill a
 * batch with copies of one bad image. Equal inputs give equal choices: ties go to the smaller
 * digest.
 */
final class FrameSelector {
  private final int nearDuplicateBits;
  private final int pool;

  FrameSelector(int nearDuplicateBits, int pool) {
    this.nearDuplicateBits = nearDuplicateBits;
    this.pool = pool;
  }

  /**
   * A frame that could be chosen.
   *
   * @param dhash 64 bits, alike for images that look alike
   */
  record Candidate(Frame frame, long dhash) {}

  /** A frame that is chosen, and why, in a sentence. */
  record Chosen(Frame frame, String why) {}

  /**
   * The frames most worth labelling, the most worth first; fewer than the budget when the rest look
   * like these.
   *
   * @param classes the labels in the model's order, for the reasons
   */
  List<Chosen> choose(List<Candidate> candidates, List<String> classes, int budget) {
    var unsure = distinct(candidates, (int) Math.min(Integer.MAX_VALUE, (long) budget * pool));
    var chosen = new ArrayList<Chosen>();
    var distances = new HashMap<Frame, Double>();
    var perClass = new HashMap<String, Integer>();
    int cap = cap(unsure, budget);
    while (chosen.size() < budget && !unsure.isEmpty()) {
      var next = next(unsure, distances, perClass, cap);
      unsure.remove(next);
      chosen.add(new Chosen(next, why(next, classes, chosen.size(), distances)));
      perClass.merge(next.answer(), 1, Integer::sum);
      unsure.forEach(frame -> distances.merge(frame, distance(frame, next), Math::min));
    }
    return chosen;
  }

  private List<Frame> distinct(List<Candidate> candidates, int limit) {
    var ordered =
        candidates.stream()
            .sorted(
                Comparator.comparingDouble((Candidate each) -> each.frame().margin())
                    .thenComparing(each -> each.frame().image()))
            .toList();
    var kept = new ArrayList<Candidate>();
    for (var candidate : ordered) {
      if (kept.size() < limit && kept.stream().noneMatch(other -> looksLike(candidate, other))) {
        kept.add(candidate);
      }
    }
    return new ArrayList<>(kept.stream().map(Candidate::frame).toList());
  }

  private boolean looksLike(Candidate a, Candidate b) {
    return Long.bitCount(a.dhash() ^ b.dhash()) <= nearDuplicateBits;
  }

  // Twice an equal share for each guessed class: rare guesses get in, and a class that really is
  // hard may have more than its share.
  private static int cap(List<Frame> frames, int budget) {
    long classes = Math.max(1, frames.stream().map(Frame::answer).distinct().count());
    return (int) Math.max(1, Math.ceilDiv(2L * budget, classes));
  }

  private static Frame next(
      List<Frame> unsure, Map<Frame, Double> distances, Map<String, Integer> perClass, int cap) {
    Comparator<Frame> farthest =
        Comparator.comparingDouble((Frame frame) -> -distances.getOrDefault(frame, 0.0))
            .thenComparingDouble(Frame::margin)
            .thenComparing(Frame::image);
    var open =
        unsure.stream()
            .filter(frame -> perClass.getOrDefault(frame.answer(), 0) < cap)
            .min(farthest);
    return open.or(() -> unsure.stream().min(farthest)).orElseThrow();
  }

  private static double distance(Frame a, Frame b) {
    var left = a.probabilities();
    var right = b.probabilities();
    double sum = 0;
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      double difference =
          (i < left.size() ? left.get(i) : 0) - (i < right.size() ? right.get(i) : 0);
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private static String why(
      Frame frame, List<String> classes, int before, Map<Frame, Double> distances) {
    var doubt = doubt(frame, classes);
    return before == 0
        ? doubt + "; no frame left more doubt."
        : doubt
            + String.format(
                Locale.ROOT,
                "; its answer is %.2f away from the nearest of the %d chosen before it.",
                distances.getOrDefault(frame, 0.0),
                before);
  }

  private static String doubt(Frame frame, List<String> classes) {
    if (frame.probabilities().size() != classes.size() || classes.size() < 2) {
      return String.format(
          Locale.ROOT, "The model said %s with %.0f %%", frame.answer(), 100 * frame.confidence());
    }
    var order = new ArrayList<Integer>();
    for (int i = 0; i < classes.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> -frame.probabilities().get(i)));
    return String.format(
        Locale.ROOT,
        "The model wavered between %s (%.0f %%) and %s (%.0f %%)",
        classes.get(order.get(0)),
        100 * frame.probabilities().get(order.get(0)),
        classes.get(order.get(1)),
        100 * frame.probabilities().get(order.get(1)));
  }
}
