package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.OnnxModel;

/**
 * A pruned model, with what became of it. Its nodes are in the places of the whole model's and its
 * tensors have the same names.
 *
 * @param kept which channels of each tensor are left
 */
public record PrunedModel(OnnxModel model, PruningReport report, KeptChannels kept) {}
