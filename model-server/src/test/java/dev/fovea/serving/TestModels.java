package dev.fovea.serving;

import dev.fovea.kernel.Name;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The tiny models of {@code src/test/python/make_models.py}: 4 x 4 grey pixels, dark or bright. */
final class TestModels {
  static final List<String> CLASSES = List.of("dark", "bright");
  static final PreprocessSpec GREY_4X4 =
      new PreprocessSpec(Resize.STRETCH, 4, 4, Colour.GREY, 1 / 255.0, List.of(0.0), List.of(1.0));

  private TestModels() {}

  static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(TestModels.class.getResource("/models/" + name + ".onnx"))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static ModelServerConfig config(String name) {
    return ModelServerConfig.of(file(name), Name.of("lamp"), "3", CLASSES, GREY_4X4);
  }
}
