package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.OnnxModel;

/** A pruned model, with what became of it. */
public record PrunedModel(OnnxModel model, PruningReport report) {}
