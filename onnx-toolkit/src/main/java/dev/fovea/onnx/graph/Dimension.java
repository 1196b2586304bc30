package dev.fovea.onnx.graph;

/** One axis of a declared shape. */
public sealed interface Dimension {

  /** An axis whose size is known: {@code size >= 0}. */
  record Fixed(long size) implements Dimension {
    public Fixed {
      if (size < 0) {
        throw new IllegalArgumentException("dimension: %d (expected: >= 0)".formatted(size));
      }
    }
  }

  /** An axis whose size is known only when the model runs; equal names mean equal sizes. */
  record Symbolic(String name) implements Dimension {
    public Symbolic {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("symbolic dimension: empty name (expected: a name)");
      }
    }
  }

  /** An axis about which nothing is said. */
  record Unknown() implements Dimension {}

  static Dimension fixed(long size) {
    return new Fixed(size);
  }

  static Dimension symbolic(String name) {
    return new Symbolic(name);
  }

  static Dimension unknown() {
    return new Unknown();
  }
}
