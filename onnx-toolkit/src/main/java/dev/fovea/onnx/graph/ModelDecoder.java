package dev.fovea.onnx.graph;

import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decodes {@code ModelProto}, {@code GraphProto} and {@code NodeProto}; numbers are onnx.proto's.
 */
final class ModelDecoder {
  private final ReadBudget budget;

  ModelDecoder(ReadBudget budget) {
    this.budget = budget;
  }

  OnnxModel model(ProtoReader in) {
    long irVersion = 0;
    var producer = "";
    var opsets = new TreeMap<String, Long>();
    var metadata = new TreeMap<String, String>();
    Graph graph = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> irVersion = in.varint();
        case 2 -> producer = in.string();
        case 7 -> graph = only(graph, graph(in.message("graph")), in);
        case 8 -> opset(in.message("operator set"), opsets);
        case 14 -> entry(in.message("metadata"), metadata);
        case 20 -> throw unsupported("training information", "Export the model for inference.");
        case 25 ->
            throw unsupported(
                "functions", "Inline them: onnx.inliner.inline_local_functions(model).");
        default -> in.skip();
      }
    }
    if (graph == null) {
      throw UnreadableOnnx.malformed("model: no graph; is this an ONNX file?");
    }
    return new OnnxModel(irVersion, opsets, producer, graph, metadata);
  }

  Graph graph(ProtoReader in) {
    var name = "";
    var nodes = new ArrayList<Node>();
    var initializers = new ArrayList<Tensor>();
    var inputs = new ArrayList<ValueInfo>();
    var outputs = new ArrayList<ValueInfo>();
    var values = new ArrayList<ValueInfo>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> nodes.add(node(in.message("node")));
        case 2 -> name = in.string();
        case 5 -> initializers.add(tensor(in.message("initializer")));
        case 11 -> inputs.add(ValueDecoder.declared(in.message("input"), budget));
        case 12 -> outputs.add(ValueDecoder.declared(in.message("output"), budget));
        case 13 -> ValueDecoder.hint(in.message("value info"), budget).ifPresent(values::add);
        case 15 -> throw unsupported("sparse initializers", "Store them as dense tensors.");
        default -> in.skip();
      }
    }
    return new Graph(name, nodes, initializers, inputs, outputs, values);
  }

  private Tensor tensor(ProtoReader in) {
    budget.item();
    return TensorDecoder.decode(in, budget);
  }

  private Node node(ProtoReader in) {
    budget.item();
    var name = "";
    var opType = "";
    var domain = "";
    var inputs = new ArrayList<String>();
    var outputs = new ArrayList<String>();
    var attributes = new TreeMap<String, Attribute>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> inputs.add(name(in));
        case 2 -> outputs.add(name(in));
        case 3 -> name = in.string();
        case 4 -> opType = in.string();
        case 5 -> attribute(in.message("attribute"), attributes);
        case 7 -> domain = in.string();
        default -> in.skip();
      }
    }
    if (opType.isEmpty()) {
      throw in.malformed("no operator type");
    }
    return new Node(
        name, opType, domain.equals("ai.onnx") ? "" : domain, inputs, outputs, attributes);
  }

  private void attribute(ProtoReader in, Map<String, Attribute> attributes) {
    budget.item();
    var decoded = AttributeDecoder.decode(in, budget, this);
    if (attributes.put(decoded.name(), decoded.value()) != null) {
      throw in.malformed("'%s' occurs twice".formatted(decoded.name()));
    }
  }

  private String name(ProtoReader in) {
    budget.item();
    return in.string();
  }

  private void opset(ProtoReader in, Map<String, Long> opsets) {
    budget.item();
    var domain = "";
    long version = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> domain = in.string();
        case 2 -> version = in.varint();
        default -> in.skip();
      }
    }
    opsets.put(domain.equals("ai.onnx") ? "" : domain, version);
  }

  private void entry(ProtoReader in, Map<String, String> metadata) {
    budget.item();
    var key = "";
    var value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.string();
        case 2 -> value = in.string();
        default -> in.skip();
      }
    }
    metadata.put(key, value);
  }

  private static Graph only(@Nullable Graph earlier, Graph graph, ProtoReader in) {
    if (earlier != null) {
      throw in.malformed("two graphs (expected: one)");
    }
    return graph;
  }

  private static UnreadableOnnx unsupported(String what, String fix) {
    return UnreadableOnnx.unsupported(fix, "the model has %s, which are not carried", what);
  }
}
