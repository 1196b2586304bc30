package dev.fovea.serving;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.teamfile.PreprocessSpec;
import java.util.List;

/**
 * What a container image says about the model file beside it, as {@code model.json}.
 *
 * @param variant the model file's digest; the server refuses to start on another file
 */
public record ModelDescription(
    Name name, String version, Digest variant, List<String> classes, PreprocessSpec preprocess) {
  /** The names of the two files in the model's folder. */
  public static final String DESCRIPTION_FILE = "model.json";

  public static final String MODEL_FILE = "model.onnx";

  public ModelDescription {
    classes = List.copyOf(classes);
  }
}
