package dev.fovea.labels.convert;

import dev.fovea.kernel.Text;
import dev.fovea.labels.convert.Loss.Outcome;
import dev.fovea.labels.format.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what a conversion loses, kind by kind, with the first examples. Not thread-safe. */
public final class Losses {
  private static final int EXAMPLES = 3;

  private final Map<Feature, Map<Outcome, Loss>> kinds = new TreeMap<>();

  void add(Feature feature, Outcome outcome, String example) {
    kinds
        .computeIfAbsent(feature, _ -> new TreeMap<>())
        .merge(
            outcome, new Loss(feature, outcome, 1, List.of(Text.excerpt(example))), Losses::joined);
  }

  private static Loss joined(Loss before, Loss one) {
    var examples = new ArrayList<>(before.examples());
    if (examples.size() < EXAMPLES && !examples.containsAll(one.examples())) {
      examples.addAll(one.examples());
    }
    return new Loss(before.feature(), before.outcome(), before.count() + 1, examples);
  }

  /** Each kind once, in the order of {@link Feature}; empty when nothing is lost. */
  public List<Loss> list() {
    return kinds.values().stream().flatMap(outcomes -> outcomes.values().stream()).toList();
  }

  /** How many annotations, images or classes lost this. */
  public long count(Feature feature) {
    return kinds.getOrDefault(feature, Map.of()).values().stream().mapToLong(Loss::count).sum();
  }

  /** One line for each kind. */
  @Override
  public String toString() {
    return String.join("\n", list().stream().map(Loss::text).toList());
  }
}
