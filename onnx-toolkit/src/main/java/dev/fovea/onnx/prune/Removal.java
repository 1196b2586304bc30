package dev.fovea.onnx.prune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which channels go: of each group of filters whose channels go together, those of the least sum of
 * absolute weights (Li, Kadav, Durdanovic, Samet and Graf 2017, "Pruning Filters for Efficient
 * ConvNets", section 3.1), over all filters that make them. Each filter bank keeps one at least.
 *
 * @param channels the sets of {@link ChannelSets} that go
 * @param all how many sets could go
 */
record Removal(Set<Integer> channels, int all) {
  /** By a share of each group, rounded down; of equal ones the first go first. */
  static Removal of(ChannelGraph graph, double share) {
    var norms = new TreeMap<Integer, Double>();
    var makers = new HashMap<Integer, List<Integer>>();
    var groups = new ChannelSets();
    var banks = groups.fresh(graph.producers.size());
    for (int bank : banks) {
      var producer = graph.producers.get(bank);
      for (int i = 0; i < producer.channels().length; i++) {
        int channel = graph.sets.of(producer.channels()[i]);
        if (graph.sets.held(channel).isEmpty()) {
          norms.merge(channel, producer.norms()[i], Double::sum);
          var others = makers.computeIfAbsent(channel, _ -> new ArrayList<>());
          others.add(bank);
          groups.join(others.getFirst(), bank);
        }
      }
    }
    var byGroup = new LinkedHashMap<Integer, List<Integer>>();
    norms
        .keySet()
        .forEach(channel ->
            byGroup
                .computeIfAbsent(groups.of(of(makers, channel).getFirst()), _ -> new ArrayList<>())
                .add(channel));
    var left = new int[banks.length];
    for (int bank : banks) {
      left[bank] = graph.producers.get(bank).channels().length;
    }
    var removed = new LinkedHashSet<Integer>();
    for (var group : byGroup.values()) {
      long wanted = Shares.of(share, group.size());
      group.sort(
          Comparator.<Integer>comparingDouble(channel -> norms.getOrDefault(channel, 0.0))
              .thenComparing(channel -> channel));
      for (int i = 0; i < group.size() && wanted > 0; i++) {
        if (take(of(makers, group.get(i)), left)) {
          removed.add(group.get(i));
          wanted--;
        }
      }
    }
    return new Removal(removed, norms.size());
  }

  Removal {
    channels = new HashSet<>(channels);
  }

  /** Whether every filter bank would keep a channel; then they are taken. */
  private static boolean take(List<Integer> banks, int[] left) {
    for (int bank : banks) {
      left[bank]--;
    }
    boolean keeps = banks.stream().allMatch(bank -> left[bank] > 0);
    if (!keeps) {
      for (int bank : banks) {
        left[bank]++;
      }
    }
    return keeps;
  }

  private static List<Integer> of(Map<Integer, List<Integer>> makers, int channel) {
    return makers.getOrDefault(channel, List.of());
  }
}
