package dev.fovea.onnx.export.program;

import java.util.List;
import java.util.Optional;

/** What an operator is called with; the forms are the tags of PyTorch's {@code Argument} union. */
public sealed interface Argument {

  record None() implements Argument {}

  /** A tensor by the name that an input or an earlier call defined. */
  record TensorRef(String name) implements Argument {}

  /** A list of tensors, in which one may be absent. */
  record TensorRefs(List<Optional<String>> names) implements Argument {
    public TensorRefs {
      names = List.copyOf(names);
    }
  }

  record Bool(boolean value) implements Argument {}

  /** An integer, known or computed by an earlier call. */
  record Int(Size value) implements Argument {}

  record Ints(List<Size> values) implements Argument {
    public Ints {
      values = List.copyOf(values);
    }
  }

  record Real(double value) implements Argument {}

  record Reals(List<Double> values) implements Argument {
    public Reals {
      values = List.copyOf(values);
    }
  }

  record Text(String value) implements Argument {}

  record Type(ScalarType value) implements Argument {}

  /** A form that no lowering uses, such as a device or a memory format. */
  record Other(String tag) implements Argument {}
}
