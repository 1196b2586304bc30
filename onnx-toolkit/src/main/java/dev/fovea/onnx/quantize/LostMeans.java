package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A graph that also gives out what products with other weights come to, summed by output channel:
 * two short tensors for each, whatever the size of the image.
 */
public final class LostMeans {
  /** Names of a product's outputs: its sums by channel, and its shape. */
  private record Observed(String sums, String shape) {}

  private final Graph graph;
  private final FreshNames names;
  private final List<Node> nodes;
  private final List<Tensor> initializers;
  private final List<ValueInfo> outputs;
  private final Map<String, Observed> observed = new LinkedHashMap<>();
  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final Map<String, Long> positions = new LinkedHashMap<>();

  private LostMeans(Graph graph) {
    this.graph = graph;
    names = new FreshNames(TensorUses.definedIn(graph));
    nodes = new ArrayList<>(graph.nodes());
    initializers = new ArrayList<>(graph.initializers());
    outputs = new ArrayList<>(graph.outputs());
  }

  /** Observes nothing yet. */
  public static LostMeans of(Graph graph) {
    return new LostMeans(graph);
  }

  /** Observes what a node would give with these weights and without a bias. */
  public void observe(String output, Node product, int channels, Tensor weights) {
    var lost = take(output + "_lost_weights", weights);
    var values = names.take(output + "_lost");
    nodes.add(
        new Node(
            "",
            product.opType(),
            product.domain(),
            List.of(product.inputs().getFirst(), lost),
            List.of(values),
            product.attributes()));
    var rows = values;
    var axes = new long[] {0};
    if (product.opType().equals("Conv")) {
      axes =
          IntStream.range(0, weights.shape().size())
              .filter(axis -> axis != 1)
              .asLongStream()
              .toArray();
    } else {
      // A MatMul's product may have any number of axes before that of the channels.
      rows = names.take(output + "_lost_rows");
      var shape = Tensor.ofLongs("", List.of(2L), -1, channels);
      nodes.add(
          Node.of("", "Reshape", List.of(values, take(rows + "_shape", shape)), List.of(rows)));
    }
    var each = new Observed(names.take(output + "_lost_sums"), names.take(output + "_lost_shape"));
    var summed = Tensor.ofLongs("", List.of((long) axes.length), axes);
    nodes.add(
        Node.of(
                "",
                "ReduceSum",
                List.of(rows, take(each.sums() + "_axes", summed)),
                List.of(each.sums()))
            .with("keepdims", Attribute.of(0)));
    nodes.add(Node.of("", "Shape", List.of(values), List.of(each.shape())));
    outputs.add(new ValueInfo(each.sums(), DataType.FLOAT, List.of(Dimension.fixed(channels))));
    outputs.add(new ValueInfo(each.shape(), DataType.INT64, List.of(Dimension.unknown())));
    observed.put(output, each);
    sums.put(output, new double[channels]);
  }

  /** The graph with all that is observed. */
  public Graph graph() {
    return new Graph(
        graph.name(), nodes, initializers, graph.inputs(), outputs, graph.valueInfos());
  }

  /** Runs one batch. */
  public void add(InferenceSession session, Map<String, FloatTensor> example) {
    var wanted = new LinkedHashSet<String>();
    observed
        .values()
        .forEach(each -> {
          wanted.add(each.sums());
          wanted.add(each.shape());
        });
    var answers = session.run(example, wanted);
    observed.forEach((output, each) -> {
      var total = requireNonNull(sums.get(output));
      var more = requireNonNull(answers.get(each.sums())).data();
      for (int channel = 0; channel < total.length; channel++) {
        total[channel] += more[channel];
      }
      long elements = 1;
      for (float size : requireNonNull(answers.get(each.shape())).data()) {
        elements *= (long) size;
      }
      positions.merge(output, elements / total.length, Long::sum);
    });
  }

  /** By observed output, the mean of each channel; 0 where no batch had a position. */
  public Map<String, double[]> means() {
    var means = new LinkedHashMap<String, double[]>();
    sums.forEach((output, total) -> {
      long count = Math.max(1, positions.getOrDefault(output, 0L));
      var mean = new double[total.length];
      for (int channel = 0; channel < mean.length; channel++) {
        mean[channel] = total[channel] / count;
      }
      means.put(output, mean);
    });
    return means;
  }

  private String take(String wanted, Tensor tensor) {
    var name = names.take(wanted);
    initializers.add(tensor.named(name));
    return name;
  }
}
