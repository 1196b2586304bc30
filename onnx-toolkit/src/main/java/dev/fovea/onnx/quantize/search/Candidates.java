package dev.fovea.onnx.quantize.search;

import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.quantize.DetectorTail;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.search.Sensitivity.Ranked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which forms of a model are tried: few that differ, rather than one after another. */
final class Candidates {
  private static final int NAMED = 4;

  private final Quantization quantization;
  private final Set<String> always;
  private final Map<String, Candidate> made = new HashMap<>();
  private final List<Candidate> candidates = new ArrayList<>();

  private Candidates(Quantization quantization, Set<String> always) {
    this.quantization = quantization;
    this.always = always;
  }

  /** How many there are at most for so many groups. */
  static int most(int groups) {
    return 2 + 2 * lengths(groups).size();
  }

  /**
   * All in INT8; the head in float; and the noisiest operators in float, ever more of them, once
   * alone and once with those around them.
   */
  static List<Candidate> of(
      OnnxModel prepared, List<Ranked> rank, Quantization quantization, Set<String> always) {
    var candidates = new Candidates(quantization, always);
    candidates.add("int8", "everything in INT8 that can be", Set.of());
    candidates.add(
        "float-head",
        "the last layers with weights and all behind them in float",
        head(prepared, rank));
    for (int length : lengths(rank.size())) {
      var noisiest = rank.subList(0, length);
      candidates.add(
          "float-" + length, words(noisiest) + " in float", union(noisiest, OperatorGroup::nodes));
      candidates.add(
          "float-around-" + length,
          words(noisiest) + " and what is next to them in float",
          union(noisiest, OperatorGroup::around));
    }
    return candidates.candidates;
  }

  /** 1, 2, 3, 5, 8 …, below the number of groups: all of them are the float model. */
  private static List<Integer> lengths(int groups) {
    var lengths = new ArrayList<Integer>();
    int before = 1;
    for (int length = 1; length < groups; ) {
      lengths.add(length);
      int next = length + before;
      before = length;
      length = next;
    }
    return lengths;
  }

  private void add(String name, String how, Set<String> nodes) {
    var kept = new LinkedHashSet<>(nodes);
    kept.removeAll(always);
    var all = new LinkedHashSet<>(always);
    all.addAll(nodes);
    var candidate = new Candidate(name, how, kept, () -> quantization.quantize(all).model());
    if (made.putIfAbsent(kept.stream().sorted().collect(Collectors.joining("\n")), candidate)
        == null) {
      candidates.add(candidate);
    }
  }

  private static Set<String> union(
      List<Ranked> groups, Function<OperatorGroup, Set<String>> nodes) {
    var union = new LinkedHashSet<String>();
    groups.forEach(each -> union.addAll(nodes.apply(each.group())));
    return union;
  }

  private static String words(List<Ranked> groups) {
    var named =
        groups.stream()
            .limit(NAMED)
            .map(each -> each.group().words())
            .collect(Collectors.joining(", "));
    return groups.size() > NAMED ? "%s and %d more".formatted(named, groups.size() - NAMED) : named;
  }

  /** Where the numbers are that people read: the layers before the tail, and the tail. */
  private static Set<String> head(OnnxModel prepared, List<Ranked> rank) {
    var tail = DetectorTail.of(prepared);
    var producers = new HashMap<String, Node>();
    for (var node : prepared.graph().nodes()) {
      node.outputs().forEach(output -> producers.put(output, node));
    }
    var ends = new LinkedHashSet<String>();
    prepared.graph().outputs().forEach(output -> ends.add(output.name()));
    for (var output : tail) {
      var node = producers.get(output);
      if (node != null) {
        ends.addAll(node.inputs());
      }
    }
    var last = new LinkedHashSet<String>();
    for (var end : ends) {
      var node = producers.get(end);
      if (node != null) {
        last.add(Preparation.output(node));
      }
    }
    var head = new LinkedHashSet<String>();
    for (var each : rank) {
      if (each.group().nodes().stream()
          .anyMatch(node -> last.contains(node) || tail.contains(node))) {
        head.addAll(each.group().nodes());
      }
    }
    return head;
  }
}
