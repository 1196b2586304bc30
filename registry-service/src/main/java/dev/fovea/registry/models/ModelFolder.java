package dev.fovea.registry.models;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.artifacts.Artifact;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Looks through the files of a model version for the one that Fovea can release. No file is opened:
 * a pickle could run code.
 */
final class ModelFolder {
  private static final Set<String> PICKLES =
      Set.of("pt", "pth", "pkl", "pickle", "joblib", "bin", "ckpt");
  private static final String PARITY = "parity.";
  private static final int SHOWN = 3;

  private ModelFolder() {}

  /** What was found. */
  sealed interface Finding {
    /** One model file, maybe with a recording of inputs and outputs beside it. */
    record Releasable(Version.ModelFile file) implements Finding {}

    /** Kept for MLflow's users, with the reason why Fovea does not release it. */
    record KeptOnly(String reason) implements Finding {}
  }

  static Finding inspect(String model, List<Artifact> files) {
    if (!isName(model)) {
      return new Finding.KeptOnly(
          "the name has characters beside lower-case letters, digits and inner hyphens, or more than 63");
    }
    var candidates = files.stream().filter(file -> format(file).isPresent()).toList();
    if (candidates.size() > 1) {
      return new Finding.KeptOnly(
          "there are %d model files: %s".formatted(candidates.size(), names(candidates)));
    }
    if (candidates.isEmpty()) {
      var pickles = files.stream().filter(file -> PICKLES.contains(extension(file))).toList();
      return new Finding.KeptOnly(
          pickles.isEmpty()
              ? "there is no .pt2 or .onnx file among its %d files".formatted(files.size())
              : "its model is a pickle (%s), which Fovea never loads; save it with torch.export.save as model.pt2"
                  .formatted(names(pickles)));
    }
    var file = candidates.getFirst();
    return new Finding.Releasable(
        new Version.ModelFile(file.digest(), format(file).orElseThrow(), parity(file, files)));
  }

  /**
   * A recording beside the model: the one file named {@code parity.*}, else the one named as the
   * model is.
   */
  private static Optional<Digest> parity(Artifact model, List<Artifact> files) {
    var folder = model.path().substring(0, model.path().length() - model.fileName().length());
    var stem = model.path().substring(0, model.path().lastIndexOf('.'));
    return only(files, file -> file.path().startsWith(folder + PARITY))
        .or(() -> only(files, file -> file.path().equals(stem + ".safetensors")));
  }

  private static Optional<Digest> only(List<Artifact> files, Predicate<Artifact> wanted) {
    var found = files.stream().filter(wanted).limit(2).toList();
    return found.size() == 1 ? Optional.of(found.getFirst().digest()) : Optional.empty();
  }

  private static Optional<Format> format(Artifact file) {
    return switch (extension(file)) {
      case "pt2" -> Optional.of(Format.PT2);
      case "onnx" -> Optional.of(Format.ONNX);
      default -> Optional.empty();
    };
  }

  private static String extension(Artifact file) {
    return file.fileName().substring(file.fileName().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static String names(List<Artifact> files) {
    var shown = files.stream().limit(SHOWN).map(Artifact::path).collect(Collectors.joining(", "));
    return files.size() > SHOWN ? shown + " …" : shown;
  }

  private static boolean isName(String model) {
    try {
      return new Name(model).text().equals(model);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
