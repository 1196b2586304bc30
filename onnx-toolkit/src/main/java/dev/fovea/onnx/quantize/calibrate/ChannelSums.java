package dev.fovea.onnx.quantize.calibrate;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * A graph that also gives out tensors summed by channel: two or three short tensors for each,
 * whatever the size of the image. The sums of a batch are in 32 bits, those over batches in 64.
 */
public final class ChannelSums {
  /** Where a tensor has its channels. */
  public enum Axis {
    /** Behind the batch, as convolutions have them. */
    SECOND,
    /** At the end, as products of matrices have them. */
    LAST;

    /** That of what a product with weights makes. */
    public static Axis of(Node product) {
      return Preparation.is(product, "Conv") ? SECOND : LAST;
    }
  }

  /**
   * What one tensor adds to the outputs.
   *
   * @param squares empty where they are not summed
   */
  private record Observed(int channels, String sums, String squares, String shape) {}

  /** What one batch comes to. */
  public record Batch(Map<String, FloatTensor> answers) {
    public Batch {
      answers = Map.copyOf(answers);
    }

    /** Whether no sum is NaN or infinite. */
    public boolean isFinite() {
      for (var answer : answers.values()) {
        for (float value : answer.data()) {
          if (!Float.isFinite(value)) {
            return false;
          }
        }
      }
      return true;
    }

    private FloatTensor of(String output) {
      return requireNonNull(answers.get(output));
    }
  }

  private final Graph graph;
  private final FreshNames names;
  private final List<Node> nodes;
  private final List<Tensor> initializers;
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final Map<String, Observed> observed = new LinkedHashMap<>();
  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final Map<String, double[]> squares = new LinkedHashMap<>();
  private final Map<String, Long> positions = new LinkedHashMap<>();

  private ChannelSums(Graph graph) {
    this.graph = graph;
    names = new FreshNames(TensorUses.definedIn(graph));
    nodes = new ArrayList<>(graph.nodes());
    initializers = new ArrayList<>(graph.initializers());
  }

  /** Observes nothing yet. */
  public static ChannelSums of(Graph graph) {
    return new ChannelSums(graph);
  }

  /** One more constant, under the wanted name or one like it; answers the name. */
  public String constant(String wanted, Tensor tensor) {
    var name = names.take(wanted);
    initializers.add(tensor.named(name));
    return name;
  }

  /** One more node, whose output has the wanted name or one like it; answers the name. */
  public String compute(String wanted, Node node) {
    var name = names.take(wanted);
    nodes.add(node.withOutputs(List.of(name)));
    return name;
  }

  /** Sums a tensor by channel; its sums are asked for by the key. */
  public void observe(String key, String tensor, Axis axis, int channels) {
    observe(key, tensor, rows(key, tensor, axis, channels), axis, channels, false);
  }

  /**
   * Sums the differences of a tensor from one number for each channel, and their squares: near the
   * means, so that small numbers are summed.
   */
  public void observeAround(String key, String tensor, Axis axis, float[] centre) {
    int channels = centre.length;
    var shape =
        axis == Axis.SECOND ? List.of(1L, (long) channels, 1L) : List.of(1L, (long) channels);
    var around = constant(key + "_centre", Tensor.ofFloats("", shape, centre));
    var rows = rows(key, tensor, axis, channels);
    var differences =
        compute(key + "_differences", Node.of("", "Sub", List.of(rows, around), List.of()));
    observe(key, tensor, differences, axis, channels, true);
  }

  private String rows(String key, String tensor, Axis axis, int channels) {
    // 0 keeps the size of the batch; -1 takes all that is left.
    var shape =
        axis == Axis.SECOND
            ? Tensor.ofLongs("", List.of(3L), 0, channels, -1)
            : Tensor.ofLongs("", List.of(2L), -1, channels);
    var sizes = constant(key + "_rows_shape", shape);
    return compute(key + "_rows", Node.of("", "Reshape", List.of(tensor, sizes), List.of()));
  }

  private void observe(
      String key, String tensor, String rows, Axis axis, int channels, boolean squared) {
    var axes =
        axis == Axis.SECOND
            ? Tensor.ofLongs("", List.of(2L), 0, 2)
            : Tensor.ofLongs("", List.of(1L), 0);
    var along = constant(key + "_axes", axes);
    var summed = summed(key + "_sums", rows, along, channels);
    var ofSquares = "";
    if (squared) {
      var product = Node.of("", "Mul", List.of(rows, rows), List.of());
      ofSquares = summed(key + "_square_sums", compute(key + "_squares", product), along, channels);
      squares.put(key, new double[channels]);
    }
    var shape = compute(key + "_shape", Node.of("", "Shape", List.of(tensor), List.of()));
    outputs.add(new ValueInfo(shape, DataType.INT64, List.of(Dimension.unknown())));
    observed.put(key, new Observed(channels, summed, ofSquares, shape));
    sums.put(key, new double[channels]);
  }

  private String summed(String wanted, String rows, String axes, int channels) {
    var sum = Node.of("", "ReduceSum", List.of(rows, axes), List.of());
    var name = compute(wanted, sum.with("keepdims", Attribute.of(0)));
    outputs.add(new ValueInfo(name, DataType.FLOAT, List.of(Dimension.fixed(channels))));
    return name;
  }

  /** The graph that gives out what is observed, and computes nothing else. */
  public Graph graph() {
    var needed = new LinkedHashSet<String>();
    outputs.forEach(each -> needed.add(each.name()));
    var kept = new ArrayList<Node>();
    for (var node : nodes.reversed()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        kept.add(node);
        needed.addAll(Preparation.reads(node));
      }
    }
    return TensorUses.withoutUnusedInitializers(
        new Graph(
            graph.name(), kept.reversed(), initializers, graph.inputs(), outputs, declared(kept)));
  }

  private List<ValueInfo> declared(List<Node> kept) {
    var defined = new LinkedHashSet<String>();
    kept.forEach(node -> defined.addAll(node.outputs()));
    return graph.valueInfos().stream().filter(each -> defined.contains(each.name())).toList();
  }

  /** What is observed of one batch, in a session of {@link #graph()}. */
  public Batch run(InferenceSession session, Map<String, FloatTensor> example) {
    var wanted = new LinkedHashSet<String>();
    outputs.forEach(each -> wanted.add(each.name()));
    return new Batch(session.run(example, wanted));
  }

  /** Takes a batch in. */
  public void add(Batch batch) {
    observed.forEach((key, each) -> {
      add(requireNonNull(sums.get(key)), batch.of(each.sums()));
      if (!each.squares().isEmpty()) {
        add(requireNonNull(squares.get(key)), batch.of(each.squares()));
      }
      long elements = 1;
      for (float size : batch.of(each.shape()).data()) {
        elements *= (long) size;
      }
      positions.merge(key, elements / each.channels(), Long::sum);
    });
  }

  private static void add(double[] total, FloatTensor more) {
    for (int channel = 0; channel < total.length; channel++) {
      total[channel] += more.data()[channel];
    }
  }

  /** By key, the mean of each channel; 0 where no batch had a position. */
  public Map<String, double[]> means() {
    return overPositions(sums);
  }

  /** By key, the mean square of each channel's differences; only of what was centred. */
  public Map<String, double[]> meanSquares() {
    return overPositions(squares);
  }

  private Map<String, double[]> overPositions(Map<String, double[]> totals) {
    var means = new LinkedHashMap<String, double[]>();
    totals.forEach((key, total) -> {
      long count = Math.max(1, positions.getOrDefault(key, 0L));
      var mean = new double[total.length];
      for (int channel = 0; channel < mean.length; channel++) {
        mean[channel] = total[channel] / count;
      }
      means.put(key, mean);
    });
    return means;
  }
}
