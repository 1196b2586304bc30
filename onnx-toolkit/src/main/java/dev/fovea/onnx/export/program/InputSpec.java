package dev.fovea.onnx.export.program;

/** Where the value of a graph input comes from. */
public sealed interface InputSpec {

  /** The name by which the graph knows the value. */
  String name();

  /** A weight, buffer or constant that the archive holds under {@code qualifiedName}. */
  record Stored(String name, String qualifiedName, Kind kind) implements InputSpec {}

  /** Which of the archive's two tables lists a stored value. */
  enum Kind {
    /** Parameters and persistent buffers. */
    WEIGHT,
    /** Buffers outside the state dict, and constants that tracing found. */
    CONSTANT
  }

  /** A tensor that the caller feeds; the name is that of {@code forward}'s parameter. */
  record User(String name) implements InputSpec {}

  /** A value of Python that was written into the program, which takes no part in the graph. */
  record Baked(String name) implements InputSpec {}

  /** An object of code, a token and the like, of which nothing is read. */
  record Opaque(String name, String tag) implements InputSpec {}
}
