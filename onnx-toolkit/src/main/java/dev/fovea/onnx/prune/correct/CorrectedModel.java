package dev.fovea.onnx.prune.correct;

import dev.fovea.onnx.graph.OnnxModel;
import java.util.Optional;

/**
 * A pruned model after its correction.
 *
 * @param done what was done, in words; empty where there was nothing to do
 */
public record CorrectedModel(OnnxModel model, Optional<String> done) {}
