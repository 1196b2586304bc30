package dev.fovea.onnx.graph;

import dev.fovea.kernel.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decodes {@code ValueInfoProto}: dense tensors with a declared rank. */
final class ValueDecoder {
  private final ReadBudget budget;
  private String name = "";
  private long typeCode;
  private @Nullable List<Dimension> shape;

  private ValueDecoder(ReadBudget budget) {
    this.budget = budget;
  }

  /** A graph input or output, whose type and rank ONNX's own checker requires too. */
  static ValueInfo declared(ProtoReader in, ReadBudget budget) {
    var decoder = new ValueDecoder(budget);
    return decoder
        .read(in)
        .orElseThrow(() ->
            UnreadableOnnx.unsupported(
                "Export the model with tensors of a declared type and shape.",
                "input or output '%s' is no dense tensor of a known type and rank",
                Text.excerpt(decoder.name)));
  }

  /** An intermediate value; empty if it is no tensor or says too little to be of use. */
  static Optional<ValueInfo> hint(ProtoReader in, ReadBudget budget) {
    return new ValueDecoder(budget).read(in);
  }

  private Optional<ValueInfo> read(ProtoReader in) {
    budget.item();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.string();
        case 2 -> type(in.message("type"));
        default -> in.skip();
      }
    }
    if (name.isEmpty()) {
      throw in.malformed("no name");
    }
    var dimensions = shape;
    return dimensions == null
        ? Optional.empty()
        : DataType.of(typeCode).map(type -> new ValueInfo(name, type, dimensions));
  }

  private void type(ProtoReader in) {
    while (in.next()) {
      if (in.field() == 1) {
        tensorType(in.message("tensor type"));
      } else {
        in.skip();
      }
    }
  }

  private void tensorType(ProtoReader in) {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> typeCode = in.varint();
        case 2 -> {
          var dimensions = new ArrayList<Dimension>();
          var shapes = in.message("shape");
          while (shapes.next()) {
            if (shapes.field() == 1) {
              budget.item();
              dimensions.add(dimension(shapes.message("dimension")));
            } else {
              shapes.skip();
            }
          }
          shape = dimensions;
        }
        default -> in.skip();
      }
    }
  }

  private static Dimension dimension(ProtoReader in) {
    Dimension dimension = Dimension.unknown();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          long size = in.varint();
          // Some exporters write -1 for "unknown".
          dimension = size < 0 ? Dimension.unknown() : Dimension.fixed(size);
        }
        case 2 -> {
          var symbol = in.string();
          dimension = symbol.isEmpty() ? Dimension.unknown() : Dimension.symbolic(symbol);
        }
        default -> in.skip();
      }
    }
    return dimension;
  }
}
