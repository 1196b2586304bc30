package dev.fovea.serving;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.ServedDetector;
import java.util.List;
import java.util.Optional;

/**
 * What a container image says about the model file beside it, as {@code model.json}.
 *
 * @param variant the model file's digest; the server refuses to start on another file
 * @param detector of a model that sees images in tiles; left out of the JSON where it is absent
 */
public record ModelDescription(
    Name name,
    String version,
    Digest variant,
    List<String> classes,
    PreprocessSpec preprocess,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Optional<ServedDetector> detector) {
  /** The names of the two files in the model's folder. */
  public static final String DESCRIPTION_FILE = "model.json";

  public static final String MODEL_FILE = "model.onnx";

  public ModelDescription {
    classes = List.copyOf(classes);
  }

  /** Of a model that sees images at once. */
  public ModelDescription(
      Name name, String version, Digest variant, List<String> classes, PreprocessSpec preprocess) {
    this(name, version, variant, classes, preprocess, Optional.empty());
  }
}
