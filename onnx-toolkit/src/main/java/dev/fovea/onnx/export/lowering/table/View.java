package dev.fovea.onnx.export.lowering.table;

import dev.fovea.onnx.export.lowering.call.Call;
import dev.fovea.onnx.export.lowering.emission.Emission;
import java.util.function.Function;

/**
 * What is known of an operator whose result may show the memory of its argument, so that a change
 * of one is a change of the other.
 */
public record View(Function<Call, Sharing> sharing, WriteBack back) {

  /** Whether the result of a call shows the memory of its argument. */
  public enum Sharing {
    SHARED,
    COPIED,
    /** It depends on sizes that only the running model has. */
    UNKNOWN
  }

  /** What the argument holds after its view was changed. */
  @FunctionalInterface
  public interface WriteBack {
    /**
     * Emits the argument of the call with the changed view in its place.
     *
     * @param result which result of the call was changed
     * @param changed name of its new content
     */
    String write(Call call, Emission emit, int result, String changed);
  }

  /** Always a view. */
  public static View of(WriteBack back) {
    return new View(_ -> Sharing.SHARED, back);
  }

  /** A view, if the call says so. */
  public static View when(Function<Call, Sharing> sharing, WriteBack back) {
    return new View(sharing, back);
  }

  /** The argument itself under another name. */
  public static View same() {
    return of((_, _, _, changed) -> changed);
  }

  /** A view through which nothing may be written, as PyTorch itself forbids or leaves undefined. */
  public static View readOnly() {
    return of((call, _, _, _) -> {
      throw call.refuse("is a view through which memory is changed");
    });
  }

  public static Sharing shared(boolean is) {
    return is ? Sharing.SHARED : Sharing.COPIED;
  }
}
