package dev.fovea.onnx.prune;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.prune.PruningReport.Left;
import dev.fovea.onnx.quantize.Models;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredPruningTest {
  private static final SessionSettings PLAIN = SessionSettings.defaults().with(Optimisation.NONE);

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  /** Norms of the filters: 4, 1, 3, 2. */
  private static List<Tensor> weights() {
    return List.of(
        Tensor.ofFloats("w", List.of(4L, 1L, 1L, 1L), 4, -1, 3, -2),
        Tensor.ofFloats("o", List.of(4L), 10, 20, 30, 40),
        Tensor.ofFloats("g", List.of(4L), 1, 2, 3, 4),
        Tensor.ofFloats("s", List.of(4L), 5, 6, 7, 8),
        Tensor.ofFloats("m", List.of(4L), 9, 10, 11, 12),
        Tensor.ofFloats("v", List.of(4L), 13, 14, 15, 16),
        Tensor.ofFloats("w2", List.of(2L, 4L, 1L, 1L), 1, 2, 3, 4, 5, 6, 7, 8));
  }

  private static Graph graph(List<Node> nodes, List<Tensor> weights, long outputs) {
    return new Graph(
        "g",
        nodes,
        weights,
        List.of(Models.image("x", 1)),
        List.of(Models.image("y", outputs)),
        List.of());
  }

  @Test
  void removesTheSmallestFiltersAndAllThatIsKeptForThem() {
    var nodes =
        List.of(
            Node.of("first", "Conv", List.of("x", "w", "o"), List.of("c")),
            Node.of("norm", "BatchNormalization", List.of("c", "g", "s", "m", "v"), List.of("n")),
            Node.of("relu", "Relu", List.of("n"), List.of("r")),
            Node.of("last", "Conv", List.of("r", "w2"), List.of("y")));

    var pruned = StructuredPruning.prune(Models.of(graph(nodes, weights(), 2)), 0.5);

    assertThat(pruned.model().graph().nodes()).isEqualTo(nodes);
    assertThat(pruned.model().graph().initializers())
        .containsExactly(
            Tensor.ofFloats("w", List.of(2L, 1L, 1L, 1L), 4, 3),
            Tensor.ofFloats("o", List.of(2L), 10, 30),
            Tensor.ofFloats("g", List.of(2L), 1, 3),
            Tensor.ofFloats("s", List.of(2L), 5, 7),
            Tensor.ofFloats("m", List.of(2L), 9, 11),
            Tensor.ofFloats("v", List.of(2L), 13, 15),
            Tensor.ofFloats("w2", List.of(2L, 2L, 1L, 1L), 1, 3, 5, 7));
    assertThat(pruned.report().all()).isEqualTo(4);
    assertThat(pruned.report().pruned()).isEqualTo(2);
    assertThat(pruned.report().share()).isEqualTo(0.5);
    assertThat(pruned.report().left())
        .containsExactly(new Left("Conv 'last'", "they are the model's output 'y'"));
    assertThat(pruned.model().metadata())
        .containsEntry("fovea.pruning", "structured, L1: 2 of 4 channels removed");
  }

  /** Alone the second filter of 'one' is the smallest; with what is added to it the first is. */
  @Test
  void ranksChannelsThatAreAddedTogetherAndRemovesThemTogether() {
    var nodes =
        List.of(
            Node.of("one", "Conv", List.of("x", "w1"), List.of("a")),
            Node.of("two", "Conv", List.of("x", "w2"), List.of("b")),
            Node.of("sum", "Add", List.of("a", "b"), List.of("c")),
            Node.of("last", "Conv", List.of("c", "w3"), List.of("y")));
    var weights =
        List.of(
            Tensor.ofFloats("w1", List.of(2L, 1L, 1L, 1L), 2, 1),
            Tensor.ofFloats("w2", List.of(2L, 1L, 1L, 1L), 1, 9),
            Tensor.ofFloats("w3", List.of(1L, 2L, 1L, 1L), 5, 6));

    var pruned = StructuredPruning.prune(Models.of(graph(nodes, weights, 1)), 0.5);

    assertThat(pruned.report().all()).isEqualTo(2);
    assertThat(pruned.model().graph().initializers())
        .containsExactly(
            Tensor.ofFloats("w1", List.of(1L, 1L, 1L, 1L), 1),
            Tensor.ofFloats("w2", List.of(1L, 1L, 1L, 1L), 9),
            Tensor.ofFloats("w3", List.of(1L, 1L, 1L, 1L), 6));
  }

  @Test
  void ofEqualFiltersTheFirstGoFirst() {
    var nodes =
        List.of(
            Node.of("one", "Conv", List.of("x", "w1"), List.of("a")),
            Node.of("last", "Conv", List.of("a", "w2"), List.of("y")));
    var weights =
        List.of(
            Tensor.ofFloats("w1", List.of(4L, 1L, 1L, 1L), 1, -1, 1, -1),
            Tensor.ofFloats("w2", List.of(1L, 4L, 1L, 1L), 1, 2, 3, 4));

    var pruned = StructuredPruning.prune(Models.of(graph(nodes, weights, 1)), 0.5);

    assertThat(pruned.model().graph().initializer("w2"))
        .contains(Tensor.ofFloats("w2", List.of(1L, 2L, 1L, 1L), 3, 4));
  }

  /** Batch normalisations of one exporter share their constants where these are equal. */
  @Test
  void cutsASharedConstantForEachOfItsReaders() {
    var nodes =
        List.of(
            Node.of("", "Conv", List.of("x", "w"), List.of("c")),
            Node.of(
                "", "BatchNormalization", List.of("c", "one", "nil", "nil", "one"), List.of("d")),
            Node.of("", "Conv", List.of("d", "u"), List.of("e")),
            Node.of(
                "", "BatchNormalization", List.of("e", "one", "nil", "nil", "one"), List.of("y")));
    var weights =
        List.of(
            Tensor.ofFloats("w", List.of(2L, 1L, 1L, 1L), 1, 3),
            Tensor.ofFloats("u", List.of(2L, 2L, 1L, 1L), 1, 2, 3, 4),
            Tensor.ofFloats("one", List.of(2L), 1, 1),
            Tensor.ofFloats("nil", List.of(2L), 0, 0));
    var model = Models.of(graph(nodes, weights, 2));

    var pruned = StructuredPruning.prune(model, 0.5).model();

    assertThat(pruned.graph().initializer("one")).contains(weights.get(2));
    assertThat(pruned.graph().nodes().get(1).inputs())
        .allMatch(name -> name.equals("c") || name.contains("_pruned"));
    assertThat(run(pruned, 2).get("y")).hasSize(8);
  }

  /** What was 0 everywhere is missed by nobody. */
  @ParameterizedTest
  @MethodSource("seeds")
  void withoutChannelsThatAreZeroItComputesTheSame(int seed) {
    double share = 0.2 + 0.1 * (seed % 5);
    var model = withZeroChannels(Prunable.of(seed), share, new Random(seed));

    var pruned = StructuredPruning.prune(model, share);

    assertThat(pruned.report().pruned()).isPositive();
    for (int i = 0; i < 3; i++) {
      var before = run(model, 100 * seed + i).get("y");
      var after = run(pruned.model(), 100 * seed + i).get("y");
      double largest = 1;
      for (float value : before) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int j = 0; j < before.length; j++) {
        assertThat(Math.abs(before[j] - after[j]) / largest).isLessThan(1e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsLeftIsValidAndSmallerWhateverTheShare(int seed) {
    var model = Prunable.of(seed);
    long before = OnnxWriter.size(model);
    for (double share : new double[] {0.2, 0.5, 0.95}) {
      var pruned = StructuredPruning.prune(model, share);

      var read = OnnxReader.read(OnnxWriter.bytes(pruned.model()));
      assertThat(read).isEqualTo(pruned.model());
      assertThat(OnnxWriter.size(read)).isLessThan(before);
      assertThat(pruned.report().share()).isPositive().isLessThanOrEqualTo(share);
      assertThat(read.graph().initializers()).allMatch(each -> each.elements() > 0);
      assertThat(read.graph().outputs()).isEqualTo(model.graph().outputs());
      try (var session = InferenceSession.open(read, SessionSettings.defaults())) {
        assertThat(requireNonNull(session.run(input(seed)).get("y")).shape()).containsExactly(1, 5);
      }
      assertThat(StructuredPruning.prune(model, share).model()).isEqualTo(pruned.model());
    }
  }

  @Test
  void aShareOfZeroChangesNothing() {
    var model = Prunable.of(3);
    var pruned = StructuredPruning.prune(model, 0);
    assertThat(pruned.report().pruned()).isZero();
    assertThat(pruned.model().graph()).isEqualTo(model.graph());
  }

  @Test
  void halfOfTheChannelsTakeAQuarterOfTheWork() {
    var model = deep(64);
    var pruned = StructuredPruning.prune(model, 0.5).model();
    assertThat(OnnxWriter.size(pruned)).isLessThan(OnnxWriter.size(model) * 3 / 10);
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 5; i++) {
      best = Math.min(best, nanos(pruned) / (double) nanos(model));
    }
    assertThat(best).isLessThan(0.7);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 0.951, 1, 95, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesOtherShares(double share) {
    assertThatThrownBy(() -> StructuredPruning.prune(Prunable.of(1), share))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining("pruning of a share of " + share)
        .hasMessageContaining("(expected: 0 to 0.95)");
  }

  @Test
  void refusesModelsOfWhichNoChannelCanGoAndSaysWhy() {
    var sin = Node.of("", "Sin", List.of("x"), List.of("y"));
    assertNothing(graph(List.of(sin), List.of(), 1), "no channel can go");
    var alone = Node.of("only", "Conv", List.of("x", "w"), List.of("y"));
    assertNothing(
        graph(List.of(alone), weights().subList(0, 1), 4),
        "Conv 'only': they are the model's output 'y'");
    var nodes =
        List.of(
            Node.of("one", "Conv", List.of("x", "w"), List.of("a")),
            Node.of("two", "Conv", List.of("a", "w2"), List.of("y")));
    assertThatThrownBy(() -> StructuredPruning.prune(Models.of(graph(nodes, weights(), 2)), 0.2))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining(
            "a share of 0.2 of no layer's is a whole channel, of 4 that could go");
  }

  @Test
  void leavesWeightsThatAreUsedTwice() {
    assertNothing(
        Models.twins().graph(), "Conv 'one': its weights 'w' are used 2 times; Conv 'two'");
  }

  @Test
  void leavesWeightsThatAreFed() {
    var nodes =
        List.of(
            Node.of("fed", "Conv", List.of("x", "u"), List.of("a")),
            Node.of("last", "Conv", List.of("a", "w2"), List.of("y")));
    var graph = graph(nodes, weights().subList(6, 7), 2);
    var inputs = new ArrayList<>(graph.inputs());
    inputs.add(ValueInfo.fixed("u", DataType.FLOAT, 4, 1, 1, 1));
    assertNothing(
        new Graph("g", nodes, graph.initializers(), inputs, graph.outputs(), List.of()),
        "Conv 'fed': its weights 'u' are computed or fed");
  }

  /** Before IR version 4 every constant is an input with a default. */
  @Test
  void takesInputsWithADefaultForConstantsAsQuantisationDoes() {
    var nodes =
        List.of(
            Node.of("one", "Conv", List.of("x", "w"), List.of("a")),
            Node.of("two", "Conv", List.of("a", "w2"), List.of("y")));
    var graph = graph(nodes, weights(), 2);
    var inputs = new ArrayList<>(graph.inputs());
    inputs.add(ValueInfo.fixed("w", DataType.FLOAT, 4, 1, 1, 1));
    var model =
        Models.of(new Graph("g", nodes, graph.initializers(), inputs, graph.outputs(), List.of()));

    var pruned = StructuredPruning.prune(model, 0.5).model().graph();

    assertThat(pruned.inputs()).extracting(ValueInfo::name).containsExactly("x");
    assertThat(pruned.initializer("w").orElseThrow().shape()).containsExactly(2L, 1L, 1L, 1L);
  }

  @Test
  void leavesWhatIsInGroupsAndWhatReadsChannelsInAWayOfItsOwn() {
    var group =
        Node.of("grouped", "Conv", List.of("a", "w3"), List.of("b")).with("group", Attribute.of(2));
    var weights = new ArrayList<>(weights());
    weights.add(Tensor.ofFloats("w3", List.of(4L, 2L, 1L, 1L), 1, 2, 3, 4, 5, 6, 7, 8));
    weights.add(Tensor.ofLongs("order", List.of(2L), 3, 0));
    var first = Node.of("one", "Conv", List.of("x", "w"), List.of("a"));
    var last = Node.of("two", "Conv", List.of("b", "w2"), List.of("y"));
    assertNothing(
        graph(List.of(first, group, last), weights, 2),
        "Conv 'grouped': it convolves in 2 groups of several channels");
    for (var reader :
        List.of(
            Node.of("r", "Softmax", List.of("a"), List.of("b")).with("axis", Attribute.of(1)),
            Node.of("r", "LRN", List.of("a"), List.of("b")).with("size", Attribute.of(3)),
            Node.of("r", "Transpose", List.of("a"), List.of("b")),
            new Node("r", "Relu", "com.example", List.of("a"), List.of("b"), Map.of()),
            Node.of("r", "Concat", List.of("a", "a"), List.of("b")).with("axis", Attribute.of(2)),
            Node.of("r", "ReduceMean", List.of("a"), List.of("b"))
                .with("axes", Attribute.ints(1, 2)),
            Node.of("r", "Gather", List.of("a", "order"), List.of("b"))
                .with("axis", Attribute.of(1)))) {
      assertNothing(
          graph(List.of(first, reader, last), weights, 2), "%s 'r' ".formatted(reader.opType()));
    }
  }

  /** Two sizes do not say whether an example stays in one row. */
  @Test
  void followsNoReshapingThatMayMixExamples() {
    for (var sizes : List.of(List.of(-1L, 4L), List.of(2L, -1L), List.of(-1L, 16L))) {
      var nodes =
          List.of(
              Node.of("one", "Conv", List.of("x", "w"), List.of("a")),
              Node.of("flat", "Reshape", List.of("a", "sizes"), List.of("f")),
              Node.of("two", "Gemm", List.of("f", "u"), List.of("y")));
      var weights = new ArrayList<>(weights());
      weights.add(Tensor.ofLongs("sizes", List.of(2L), sizes.get(0), sizes.get(1)));
      weights.add(Tensor.ofFloats("u", List.of(16L, 1L), new float[16]));
      assertNothing(graph(nodes, weights, 1), "Reshape 'flat' reads them");
    }
  }

  /** A gate is one place, what it is multiplied with is not: their product has more numbers. */
  @Test
  void takesNoProductWithAGateForOnePlace() {
    for (boolean gateFirst : new boolean[] {true, false}) {
      var both = gateFirst ? List.of("p", "a") : List.of("a", "p");
      var nodes =
          List.of(
              Node.of("one", "Conv", List.of("x", "w"), List.of("a")),
              Node.of("pool", "GlobalAveragePool", List.of("a"), List.of("p")),
              Node.of("gate", "Mul", both, List.of("q")),
              Node.of("flat", "Reshape", List.of("q", "sizes"), List.of("f")),
              Node.of("two", "Gemm", List.of("f", "u"), List.of("y")));
      var weights = new ArrayList<>(weights());
      weights.add(Tensor.ofLongs("sizes", List.of(2L), -1, 4));
      weights.add(Tensor.ofFloats("u", List.of(4L, 1L), 1, 2, 3, 4));
      assertNothing(graph(nodes, weights, 1), "Reshape 'flat' reads them");
    }
  }

  @Test
  void refusesCyclesAndWeightsThatAreNotFinite() {
    var cycle =
        List.of(
            Node.of("one", "Conv", List.of("z", "w"), List.of("a")),
            Node.of("two", "Conv", List.of("a", "w2"), List.of("z")),
            Node.of("three", "Relu", List.of("z"), List.of("y")));
    assertThatThrownBy(() -> StructuredPruning.prune(Models.of(graph(cycle, weights(), 2)), 0.5))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining("Conv 'one' reads tensor 'z' before it is defined");
    var twice =
        List.of(
            Node.of("one", "Conv", List.of("x", "w"), List.of("o")),
            Node.of("two", "Conv", List.of("o", "w2"), List.of("y")));
    assertThatThrownBy(() -> StructuredPruning.prune(Models.of(graph(twice, weights(), 2)), 0.5))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining("Conv 'one' defines tensor 'o', which is there already");
    for (float odd : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      var nodes =
          List.of(
              Node.of("one", "Conv", List.of("x", "w"), List.of("a")),
              Node.of("two", "Conv", List.of("a", "w2"), List.of("y")));
      var weights = new ArrayList<>(weights());
      weights.set(0, Tensor.ofFloats("w", List.of(4L, 1L, 1L, 1L), 1, 2, odd, 3));
      assertThatThrownBy(() -> StructuredPruning.prune(Models.of(graph(nodes, weights, 2)), 0.5))
          .isInstanceOf(NotPrunable.class)
          .hasMessageContaining("weights 'w': %s at element 2 (expected: finite)".formatted(odd));
    }
  }

  /** Each join doubles the channels: 2^40 of them by a model of a few hundred bytes. */
  @Test
  void isNotDrownedByChannelsThatAreJoinedWithThemselves() {
    var nodes = new ArrayList<Node>();
    nodes.add(Node.of("one", "Conv", List.of("x", "w"), List.of("t0")));
    for (int i = 0; i < 40; i++) {
      nodes.add(
          Node.of("", "Concat", List.of("t" + i, "t" + i), List.of("t" + (i + 1)))
              .with("axis", Attribute.of(1)));
    }
    nodes.add(Node.of("", "Relu", List.of("t40"), List.of("y")));
    assertNothing(graph(nodes, weights().subList(0, 1), 1), "joins too many of them");
  }

  @Test
  void leavesWhatASubgraphReads() {
    var inner =
        new Graph(
            "inner",
            List.of(Node.of("", "Relu", List.of("a"), List.of("z"))),
            List.of(),
            List.of(),
            List.of(Models.image("z", 4)),
            List.of());
    var nodes =
        List.of(
            Node.of("one", "Conv", List.of("x", "w"), List.of("a")),
            Node.of("if", "If", List.of("yes"), List.of("b"))
                .with("then_branch", Attribute.of(inner))
                .with("else_branch", Attribute.of(inner)),
            Node.of("two", "Conv", List.of("b", "w2"), List.of("y")));
    var weights = new ArrayList<>(weights());
    weights.add(Tensor.ofBytes("yes", DataType.BOOL, List.of(), (byte) 1));
    assertNothing(graph(nodes, weights, 2), "Conv 'one': a subgraph reads 'a'");
  }

  private static void assertNothing(Graph graph, String words) {
    assertThatThrownBy(() -> StructuredPruning.prune(Models.of(graph), 0.5))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining(words);
  }

  /** All that makes a share of the channels of each group is 0, but for what reads them. */
  private static OnnxModel withZeroChannels(OnnxModel model, double share, Random random) {
    var channels = new ChannelGraph(model.graph());
    var groups = new ChannelSets();
    var banks = groups.fresh(channels.producers.size());
    var owner = new HashMap<Integer, Integer>();
    for (int bank : banks) {
      for (int channel : channels.producers.get(bank).channels()) {
        int set = channels.sets.of(channel);
        if (channels.sets.held(set).isEmpty()) {
          groups.join(owner.computeIfAbsent(set, _ -> bank), bank);
        }
      }
    }
    var byGroup = new TreeMap<Integer, List<Integer>>();
    new TreeMap<>(owner)
        .forEach((set, bank) ->
            byGroup.computeIfAbsent(groups.of(bank), _ -> new ArrayList<>()).add(set));
    var zero = new HashSet<Integer>();
    for (var group : byGroup.values()) {
      Collections.shuffle(group, random);
      long wanted = Shares.of(share, group.size());
      for (int set : group) {
        if (wanted > 0 && leavesSome(channels, zero, set)) {
          zero.add(set);
          wanted--;
        }
      }
    }
    var changed = new HashMap<String, Tensor>();
    for (var cut : channels.cuts) {
      var node = model.graph().nodes().get(cut.node());
      if (!isReading(node, cut)) {
        var name = node.inputs().get(cut.input());
        var tensor = changed.getOrDefault(name, model.graph().initializer(name).orElseThrow());
        changed.put(name, zeroed(tensor, cut, channels, zero));
      }
    }
    return model.withGraph(
        model
            .graph()
            .withInitializers(
                model.graph().initializers().stream()
                    .map(each -> changed.getOrDefault(each.name(), each))
                    .toList()));
  }

  private static boolean leavesSome(ChannelGraph channels, Set<Integer> zero, int another) {
    return channels.producers.stream()
        .allMatch(producer ->
            Arrays.stream(producer.channels())
                .map(channels.sets::of)
                .anyMatch(set -> set != another && !zero.contains(set)));
  }

  /** Whether the constant multiplies what comes in along the axis, and sums. */
  private static boolean isReading(Node node, Cut cut) {
    return switch (node.opType()) {
      case "Conv" -> cut.input() == 1 && cut.axis() == 1;
      case "MatMul" -> cut.axis() == 0;
      case "Gemm" -> cut.input() == 1 && cut.axis() == (int) node.intAttribute("transB").orElse(0);
      default -> false;
    };
  }

  private static Tensor zeroed(Tensor tensor, Cut cut, ChannelGraph channels, Set<Integer> zero) {
    var values = tensor.floats();
    int inner = Filters.inner(tensor, cut.axis());
    int length = Math.toIntExact(tensor.shape().get(cut.axis()));
    for (int i = 0; i < values.length; i++) {
      int channel = cut.channels()[i / inner % length / cut.run()];
      if (zero.contains(channels.sets.of(channel))) {
        values[i] = 0;
      }
    }
    return Tensor.ofFloats(tensor.name(), tensor.shape(), values);
  }

  /** Six layers of 3x3 filters on 32 x 32 places. */
  private static OnnxModel deep(int width) {
    var random = new Random(1);
    var nodes = new ArrayList<Node>();
    var weights = new ArrayList<Tensor>();
    for (int i = 0; i < 6; i++) {
      long inputs = i == 0 ? 1 : width;
      long outputs = i == 5 ? 1 : width;
      var values = new float[(int) (inputs * outputs * 9)];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) random.nextGaussian() / width;
      }
      weights.add(Tensor.ofFloats("w" + i, List.of(outputs, inputs, 3L, 3L), values));
      nodes.add(
          Node.of(
                  "",
                  "Conv",
                  List.of(i == 0 ? "x" : "t" + i, "w" + i),
                  List.of(i == 5 ? "y" : "t" + (i + 1)))
              .with("pads", Attribute.ints(1, 1, 1, 1)));
    }
    return Models.of(graph(nodes, weights, 1));
  }

  private static long nanos(OnnxModel model) {
    try (var session = InferenceSession.open(model, SessionSettings.defaults())) {
      var image = Map.of("x", FloatTensor.of(new float[32 * 32], 1, 1, 32, 32));
      for (int i = 0; i < 5; i++) {
        session.run(image);
      }
      long start = System.nanoTime();
      for (int i = 0; i < 10; i++) {
        session.run(image);
      }
      return System.nanoTime() - start;
    }
  }

  private static Map<String, float[]> run(OnnxModel model, int seed) {
    try (var session = InferenceSession.open(model, PLAIN)) {
      boolean small = model.graph().name().equals("g");
      var answers = new HashMap<String, float[]>();
      session
          .run(small ? image(seed) : input(seed))
          .forEach((name, tensor) -> answers.put(name, tensor.data()));
      return answers;
    }
  }

  private static Map<String, FloatTensor> image(int seed) {
    var random = new Random(seed);
    var data = new float[4];
    for (int i = 0; i < data.length; i++) {
      data[i] = random.nextInt(-9, 10);
    }
    return Map.of("x", FloatTensor.of(data, 1, 1, 2, 2));
  }

  private static Map<String, FloatTensor> input(int seed) {
    var random = new Random(seed);
    var data = new float[3 * Prunable.SIDE * Prunable.SIDE];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    return Map.of("x", FloatTensor.of(data, 1, 3, Prunable.SIDE, Prunable.SIDE));
  }
}
