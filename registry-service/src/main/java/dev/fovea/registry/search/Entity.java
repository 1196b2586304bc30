package dev.fovea.registry.search;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;

/** What a filter's key belongs to. */
public enum Entity {
  ATTRIBUTE,
  METRIC,
  PARAM,
  TAG,
  DATASET;

  static Entity written(String text) {
    return switch (text) {
      case "attribute", "attributes", "attr", "run" -> ATTRIBUTE;
      case "metric", "metrics" -> METRIC;
      case "param", "params", "parameter", "parameters" -> PARAM;
      case "tag", "tags" -> TAG;
      case "dataset", "datasets" -> DATASET;
      default ->
          throw MlflowError.invalid(
              "Invalid entity type '%s'. Valid entity types are ['attribute', 'metric', 'parameter', 'tag', 'dataset']"
                  .formatted(Text.excerpt(text)));
    };
  }
}
