package dev.fovea.onnx.session;

import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** A tensor that does not fit the model it was meant for. */
public final class RefusedTensor extends Problem {

  /** What is wrong, for callers that answer differently. */
  public enum Flaw {
    /** The model has no input or output of that name. */
    UNKNOWN_NAME,
    /** An input of the model was not given. */
    MISSING_INPUT,
    /** Another rank, or another size on a fixed axis. */
    WRONG_SHAPE,
    /** The model's element type cannot be filled from, or read into, floats without loss. */
    WRONG_TYPE
  }

  private final Flaw flaw;
  private final String what;
  private final String fix;

  /**
   * @param what what is wrong, with the value and what was expected
   * @param fix what to do
   */
  public RefusedTensor(Flaw flaw, String what, String fix) {
    super(Kind.INVALID, what, fix);
    this.flaw = flaw;
    this.what = what;
    this.fix = fix;
  }

  public Flaw flaw() {
    return flaw;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }

  static RefusedTensor unknown(String role, String name, Collection<String> known) {
    return new RefusedTensor(
        Flaw.UNKNOWN_NAME,
        "%s '%s': not in the model (expected: %s)"
            .formatted(role, Text.excerpt(name), listed(known)),
        "Use the names that the model declares.");
  }

  static RefusedTensor missing(TensorSpec input) {
    return new RefusedTensor(
        Flaw.MISSING_INPUT,
        "input '%s' %s%s: not given".formatted(input.name(), input.type(), input.shape()),
        "Give every input of the model.");
  }

  static RefusedTensor shape(TensorSpec input, long[] actual) {
    return new RefusedTensor(
        Flaw.WRONG_SHAPE,
        "input '%s': shape %s (expected: %s, -1 is any size)"
            .formatted(input.name(), Arrays.toString(actual), input.shape()),
        "Reshape the input, or check that it was preprocessed for this model.");
  }

  static RefusedTensor type(String name, String what) {
    return new RefusedTensor(
        Flaw.WRONG_TYPE,
        "tensor '%s': %s".formatted(name, what),
        "Use a model with float, int32, int64, uint8 or bool inputs and outputs.");
  }

  private static String listed(Collection<String> names) {
    return List.copyOf(names).stream()
        .map(Text::excerpt)
        .collect(Collectors.joining("', '", "'", "'"));
  }
}
