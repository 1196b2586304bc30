package dev.fovea.registry.models;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import java.util.Arrays;
import java.util.Locale;

/**
 * MLflow's stages of versions. A stage is a word for MLflow's clients: what Fovea serves is decided
 * by releases alone.
 */
public enum Stage {
  NONE("None"),
  STAGING("Staging"),
  PRODUCTION("Production"),
  ARCHIVED("Archived");

  private final String text;

  Stage(String text) {
    this.text = text;
  }

  /**
   * Reads a stage in capitals or not.
   *
   * @throws MlflowError when it is none of them
   */
  public static Stage written(String text) {
    // Lower case, as MLflow compares: by equalsIgnoreCase a dotless i would be one with a dot.
    var lower = text.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(stage -> stage.text.toLowerCase(Locale.ROOT).equals(lower))
        .findFirst()
        .orElseThrow(() ->
            MlflowError.invalid(
                "Invalid Model Version stage: %s. Value must be one of %s."
                    .formatted(Text.excerpt(text), String.join(", ", texts()))));
  }

  /** All of them, as MLflow writes them. */
  static String[] texts() {
    return Arrays.stream(values()).map(Stage::text).toArray(String[]::new);
  }

  /** As MLflow writes it. */
  public String text() {
    return text;
  }

  /** Whether versions in it are in use, so that a new one may archive them. */
  boolean isActive() {
    return this == STAGING || this == PRODUCTION;
  }
}
