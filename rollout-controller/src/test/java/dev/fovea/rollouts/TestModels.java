package dev.fovea.rollouts;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.FeedbackSpec;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.teamfile.ServedDetector;
import dev.fovea.teamfile.TilesSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The tiny models that model-server's {@code make_models.py} makes, and plans for them. */
public final class TestModels {
  public static final Name LAMPS = Name.of("lamps");
  public static final Name LAMP = Name.of("lamp");
  public static final PreprocessSpec GREY_4X4 =
      new PreprocessSpec(Resize.STRETCH, 4, 4, Colour.GREY, 1 / 255.0, List.of(0.0), List.of(1.0));

  private TestModels() {}

  /** Stores a model and returns its digest. */
  public static Digest store(ObjectStore objects, String name) {
    try (var in = TestModels.class.getResourceAsStream("/models/" + name + ".onnx")) {
      return objects.put(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A plan with stages of 10 and 50 percent and 60 answers each, and one approval. */
  public static Plan plan(int number, Digest variant) {
    return plan(number, variant, new CanarySpec(List.of(10, 50), 60, 1.2, 0.05, 1, 0.6));
  }

  public static Plan plan(int number, Digest variant, CanarySpec canary) {
    return new Plan(
        LAMP,
        number,
        variant,
        Digest.sha256(("release " + number).getBytes(StandardCharsets.UTF_8)),
        GREY_4X4,
        List.of("dark", "bright"),
        canary,
        new FeedbackSpec(100, 0, 0),
        "fovea/pipelines");
  }

  /** The same plan for a detector that sees tiles. */
  public static Plan tiled(Plan plan) {
    return new Plan(
        plan.model(),
        plan.number(),
        plan.variant(),
        plan.release(),
        plan.preprocess(),
        List.of(),
        plan.canary(),
        plan.feedback(),
        plan.requestedBy(),
        Optional.of(
            new ServedDetector(
                new DetectorSpec(
                    DetectorSpec.Output.YOLO_V8,
                    0.25,
                    0.5,
                    50,
                    Optional.of(TilesSpec.of(640, 480))),
                List.of("dot", "line"))));
  }
}
