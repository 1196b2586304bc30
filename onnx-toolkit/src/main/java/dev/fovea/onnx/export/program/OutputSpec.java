package dev.fovea.onnx.export.program;

/** What a graph output is for. */
public sealed interface OutputSpec {

  /** A tensor returned to the caller. */
  record User(String name) implements OutputSpec {}

  /** A returned value that is no tensor, such as a number or {@code None}. */
  record NoTensor(String tag) implements OutputSpec {}

  /** A buffer's new value; the counters that change in evaluation mode may be left out. */
  record BufferMutation(String name, String buffer) implements OutputSpec {}

  /** Anything else: mutated inputs and parameters, losses, gradients, tokens. */
  record Other(String tag) implements OutputSpec {}
}
