package dev.fovea.onnx.quantize.search;

import dev.fovea.onnx.graph.OnnxModel;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A form of the model that may be worth its accuracy.
 *
 * @param name short and unique in a search
 * @param how what is special, in words
 * @param keptInFloat first outputs of the nodes that stay in float because this candidate says so
 * @param made makes the model
 */
public record Candidate(
    String name, String how, Set<String> keptInFloat, Supplier<OnnxModel> made) {
  public Candidate {
    keptInFloat = Collections.unmodifiableSet(new LinkedHashSet<>(keptInFloat));
  }
}
