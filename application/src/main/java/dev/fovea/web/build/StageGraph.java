package dev.fovea.web.build;

import dev.fovea.datasets.PipelineStages.Dep;
import dev.fovea.datasets.PipelineStages.Out;
import dev.fovea.datasets.PipelineStages.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The stages of a commit and the data between them, in layers: data in even ones, stages in odd
 * ones, each stage behind all that it waits for. A stage that waits for itself, which DVC refuses,
 * stands where it is met first.
 */
final class StageGraph {
  private static final int VISITING = -1;
  private static final int MOST_DEEP = 64;

  private final List<Stage> stages;
  private final NavigableMap<String, Node> data = new TreeMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final Map<Integer, List<Integer>> waits = new HashMap<>();
  private final int[] layers;

  private StageGraph(List<Stage> stages) {
    this.stages = stages;
    this.layers = new int[stages.size()];
  }

  /**
   * A box.
   *
   * @param stage its number; absent for data
   * @param text a stage's name, or a path
   * @param layer from 0
   */
  record Node(Optional<Integer> stage, String text, int layer) {}

  /** An arrow. */
  record Link(Node from, Node to) {}

  /**
   * Nodes and links.
   *
   * @param layers each in the order of the stages
   */
  record Layered(List<List<Node>> layers, List<Link> links) {}

  /** Draws no conclusions from what the stages' paths are, beyond which lies in which. */
  static Layered of(List<Stage> stages) {
    var graph = new StageGraph(stages);
    graph.build();
    return graph.layered();
  }

  private void build() {
    var makers = new TreeMap<String, Integer>();
    for (int i = 0; i < stages.size(); i++) {
      for (var out : stages.get(i).outs()) {
        makers.putIfAbsent(out.path(), i);
      }
    }
    var made = new HashMap<String, List<Integer>>();
    for (int i = 0; i < stages.size(); i++) {
      var before = new ArrayList<Integer>();
      for (var dep : stages.get(i).deps()) {
        before.addAll(made.computeIfAbsent(dep.path(), path -> makers(makers, path)));
      }
      waits.put(i, before);
    }
    for (int i = 0; i < stages.size(); i++) {
      layer(i);
    }
    var first = firstReaders();
    for (int i = 0; i < stages.size(); i++) {
      var node = new Node(Optional.of(i), stages.get(i).name(), layers[i]);
      nodes.add(node);
      for (var dep : stages.get(i).deps()) {
        var sources = made.getOrDefault(dep.path(), List.of());
        var source = data(dep, sources, first.getOrDefault(dep.path(), 1) - 1);
        if (!makers.containsKey(dep.path())) {
          sources.forEach(maker -> link(stage(maker), source));
        }
        link(source, node);
      }
      for (var out : stages.get(i).outs()) {
        link(node, data(out, i));
      }
    }
  }

  /** The stages that make a path, what it lies in, or what lies in it. */
  private static List<Integer> makers(NavigableMap<String, Integer> makers, String path) {
    var found = new ArrayList<Integer>();
    int left = MOST_DEEP;
    for (int end = path.length(); end > 0 && left-- > 0; end = path.lastIndexOf('/', end - 1)) {
      var maker = makers.get(path.substring(0, end));
      if (maker != null) {
        found.add(maker);
      }
    }
    found.addAll(makers.subMap(path + "/", path + "0").values()); // '0' is what follows '/'
    return found.stream().distinct().toList();
  }

  private int layer(int stage) {
    if (layers[stage] == 0) {
      layers[stage] = VISITING;
      int layer = 1;
      for (int before : waits.getOrDefault(stage, List.of())) {
        if (layers[before] != VISITING) {
          layer = Math.max(layer, layer(before) + 2);
        }
      }
      layers[stage] = layer;
    }
    return layers[stage];
  }

  private Map<String, Integer> firstReaders() {
    var first = new HashMap<String, Integer>();
    for (int i = 0; i < stages.size(); i++) {
      for (var dep : stages.get(i).deps()) {
        first.merge(dep.path(), layers[i], Math::min);
      }
    }
    return first;
  }

  private Node data(Dep dep, List<Integer> makers, int otherwise) {
    int behind = makers.stream().mapToInt(maker -> layers[maker] + 1).max().orElse(otherwise);
    return data.computeIfAbsent(
        dep.path(), path -> added(new Node(Optional.empty(), path, behind)));
  }

  private Node data(Out out, int maker) {
    return data.computeIfAbsent(
        out.path(), path -> added(new Node(Optional.empty(), path, layers[maker] + 1)));
  }

  private Node added(Node node) {
    nodes.add(node);
    return node;
  }

  private Node stage(int number) {
    return new Node(Optional.of(number), stages.get(number).name(), layers[number]);
  }

  private void link(Node from, Node to) {
    links.add(new Link(from, to));
  }

  private Layered layered() {
    var layers = new LinkedHashMap<Integer, List<Node>>();
    nodes.stream()
        .sorted(Comparator.comparingInt(Node::layer))
        .forEach(node -> layers.computeIfAbsent(node.layer(), _ -> new ArrayList<>()).add(node));
    return new Layered(
        layers.values().stream().map(List::copyOf).toList(), links.stream().distinct().toList());
  }
}
