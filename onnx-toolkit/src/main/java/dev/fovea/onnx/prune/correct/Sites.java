package dev.fovea.onnx.prune.correct;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.OutputBias;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where a graph can be corrected, and in which order. */
final class Sites {
  /** A pass for each: deeper graphs are corrected at so many levels, evenly spread. */
  static final int MOST_LEVELS = 64;

  private Sites() {}

  /**
   * By level: each site has all those before it on levels of their own, so that one pass measures a
   * level. The last level is always among them.
   */
  static List<List<Site>> levels(Graph graph) {
    var sites = all(graph);
    var depths = new HashMap<String, Integer>();
    var levels = new TreeMap<Integer, List<Site>>();
    for (var node : graph.nodes()) {
      int depth =
          Preparation.reads(node).stream()
              .mapToInt(name -> depths.getOrDefault(name, 0))
              .max()
              .orElse(0);
      var site = sites.get(Preparation.output(node));
      if (site != null) {
        levels.computeIfAbsent(depth, _ -> new ArrayList<>()).add(site);
        depth++;
      }
      for (var output : node.outputs()) {
        depths.put(output, depth);
      }
    }
    return spread(List.copyOf(levels.values()));
  }

  private static List<List<Site>> spread(List<List<Site>> levels) {
    if (levels.size() <= MOST_LEVELS) {
      return levels;
    }
    var chosen = new ArrayList<List<Site>>();
    for (long i = 1; i <= MOST_LEVELS; i++) {
      chosen.add(levels.get((int) (i * levels.size() / MOST_LEVELS) - 1));
    }
    return chosen;
  }

  /** By the tensor that the constants are in. */
  private static Map<String, Site> all(Graph graph) {
    var constants = new Constants(graph);
    var uses = new TensorUses(graph);
    var sites = new LinkedHashMap<String, Site>();
    var normalised = new HashSet<String>();
    for (var node : graph.nodes()) {
      NormalisationSite.of(node, constants, uses)
          .ifPresent(site -> {
            sites.put(site.output(), site);
            normalised.add(site.tensor());
          });
    }
    for (var node : graph.nodes()) {
      OutputBias.of(node, graph, constants, uses)
          // What only a normalisation reads is corrected there.
          .filter(bias -> !normalised.contains(bias.output()) || uses.of(bias.output()) > 1)
          .ifPresent(bias ->
              sites.put(
                  bias.output(), new BiasSite(bias, isOwn(bias.product().inputs().get(1), uses))));
    }
    return sites;
  }

  private static boolean isOwn(String weights, TensorUses uses) {
    return uses.of(weights) == 1 && !uses.isNested(weights);
  }
}
