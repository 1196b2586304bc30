package dev.fovea.labels.convert;

import dev.fovea.labels.format.Feature;
import java.util.List;

/**
 * What a target could not hold.
 *
 * @param count of annotations, images or classes
 * @param examples the first few: paths of images, or names of classes
 */
public record Loss(Feature feature, Outcome outcome, long count, List<String> examples) {
  /** What was done instead. */
  public enum Outcome {
    DROPPED("dropped"),
    AS_BOX("written as the boxes around them"),
    AS_SHAPE("written in place of their shapes"),
    AS_POLYGON("written as polygons"),
    SPLIT("written as one object for each polygon"),
    NOT_FINITE("dropped, not being finite"),
    SIZE_UNKNOWN("dropped, the sizes of their images not being known");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  public Loss {
    examples = List.copyOf(examples);
  }

  /** Such as {@code polygons: 12 written as the boxes around them (a.jpg, b.jpg)}. */
  public String text() {
    return "%s: %d %s (%s)"
        .formatted(feature.plural(), count, outcome.text, String.join(", ", examples));
  }
}
