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
 * @param inferences how many times a model is asked about an image for making it, at most
 * @param made makes the model
 */
public record Candidate(
    String name, String how, Set<String> keptInFloat, long inferences, Supplier<OnnxModel> made) {
  public Candidate {
    keptInFloat = Collections.unmodifiableSet(new LinkedHashSet<>(keptInFloat));
  }

  /** One that is made without asking a model about an image more than an INT8 form takes. */
  public Candidate(String name, String how, Set<String> keptInFloat, Supplier<OnnxModel> made) {
    this(name, how, keptInFloat, 0, made);
  }
}
