package dev.fovea.datasets.population;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.Sample;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How many images each split has of each class; one with objects of several classes counts once for
 * each.
 *
 * @param splits by split, then by class; a class that a split does not have is not in it
 */
public record ClassCounts(Map<String, Map<String, Integer>> splits) {
  public static ClassCounts of(List<Sample> samples) {
    var splits = new TreeMap<String, Map<String, Integer>>();
    for (var sample : samples) {
      var split = splits.computeIfAbsent(sample.split(), _ -> new TreeMap<>());
      labels(sample).forEach(label -> split.merge(label, 1, Integer::sum));
    }
    return new ClassCounts(splits);
  }

  private static Stream<String> labels(Sample sample) {
    var whole = Stream.of(sample.label()).filter(label -> !label.isEmpty());
    return Stream.concat(whole, sample.objects().stream().map(LabelledObject::label)).distinct();
  }

  /** Those of one split, by class; empty where there is no such split. */
  Map<String, Integer> split(String split) {
    return splits.getOrDefault(split, Map.of());
  }

  /** How many images a split has of a class. */
  int of(String split, String label) {
    return split(split).getOrDefault(label, 0);
  }

  static int sum(Map<String, Integer> classes) {
    return classes.values().stream().mapToInt(Integer::intValue).sum();
  }
}
