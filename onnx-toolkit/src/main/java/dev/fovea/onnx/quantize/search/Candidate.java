package dev.fovea.onnx.quantize.search;

import dev.fovea.onnx.graph.OnnxModel;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
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
    String name, String how, Set<String> keptInFloat, long inferences, Supplier<Made> made) {
  public Candidate {
    keptInFloat = Collections.unmodifiableSet(new LinkedHashSet<>(keptInFloat));
  }

  /** One that is made without asking a model about an image more than an INT8 form takes. */
  public Candidate(String name, String how, Set<String> keptInFloat, Supplier<OnnxModel> made) {
    this(name, how, keptInFloat, 0, () -> new Made(made.get(), Optional.empty()));
  }

  /**
   * A model as it was made.
   *
   * @param done what was found out or decided on the way, in words; empty where nothing was
   */
  public record Made(OnnxModel model, Optional<String> done) {}

  /** This one, with what was done when it was made. */
  Candidate as(Made model) {
    return model
        .done()
        .map(words -> new Candidate(name, how + "; " + words, keptInFloat, inferences, made))
        .orElse(this);
  }
}
