package dev.fovea.onnx.graph;

import dev.fovea.kernel.Text;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Decodes one {@code AttributeProto}. */
final class AttributeDecoder {

  record Named(String name, Attribute value) {}

  private final ArrayList<Long> ints = new ArrayList<>();
  private final ArrayList<Float> floats = new ArrayList<>();
  private final ArrayList<String> strings = new ArrayList<>();
  private final ReadBudget budget;
  private final ModelDecoder graphs;
  private String name = "";
  private int type;
  private long number;
  private float real;
  private String text = "";
  private @Nullable Tensor tensor;
  private @Nullable Graph graph;

  private AttributeDecoder(ReadBudget budget, ModelDecoder graphs) {
    this.budget = budget;
    this.graphs = graphs;
  }

  static Named decode(ProtoReader in, ReadBudget budget, ModelDecoder graphs) {
    var decoder = new AttributeDecoder(budget, graphs);
    decoder.read(in);
    return new Named(decoder.name, decoder.value(in));
  }

  private void read(ProtoReader in) {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.string();
        case 2 -> real = in.fixed32();
        case 3 -> number = in.varint();
        case 4 -> text = in.string();
        case 5 -> tensor = TensorDecoder.decode(in.message("attribute tensor"), budget);
        case 6 -> {
          budget.enterSubgraph();
          graph = graphs.graph(in.message("subgraph"));
          budget.leaveSubgraph();
        }
        case 7 -> {
          var values = in.fixed(Float.BYTES);
          while (values.hasRemaining()) {
            budget.item();
            floats.add(values.getFloat());
          }
        }
        case 8 ->
            in.varints(value -> {
              budget.item();
              ints.add(value);
            });
        case 9 -> {
          budget.item();
          strings.add(in.string());
        }
        case 20 -> type = Math.toIntExact(Math.clamp(in.varint(), 0, 1 << 20));
        default -> in.skip();
      }
    }
  }

  private Attribute value(ProtoReader in) {
    return switch (type) {
      case 1 -> Attribute.of(real);
      case 2 -> Attribute.of(number);
      case 3 -> Attribute.of(text);
      case 4 -> {
        if (tensor == null) {
          throw in.malformed("'%s' announces a tensor and has none".formatted(Text.excerpt(name)));
        }
        yield Attribute.of(tensor);
      }
      case 5 -> {
        if (graph == null) {
          throw in.malformed("'%s' announces a graph and has none".formatted(Text.excerpt(name)));
        }
        yield Attribute.of(graph);
      }
      case 6 -> Attribute.floats(floats);
      case 7 -> Attribute.ints(ints);
      case 8 -> Attribute.strings(strings);
      default ->
          throw UnreadableOnnx.unsupported(
              "Export the model with plain attributes.",
              "attribute '%s' has type %d, which is not carried",
              Text.excerpt(name),
              type);
    };
  }
}
