package dev.fovea.serving.model;

import dev.fovea.serving.protocol.OutputTensor;
import java.util.List;

/**
 * What came out for one request.
 *
 * @param raw the model's own outputs; of a detector that sees tiles, the objects
 * @param each one an image; empty for a model that doesn't classify
 */
public record Answers(List<OutputTensor> raw, List<Answer> each) {
  public Answers {
    raw = List.copyOf(raw);
    each = List.copyOf(each);
  }
}
