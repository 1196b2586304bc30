package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.OnnxModel;

/**
 * An INT8 model and how it came about.
 *
 * @param model in the Q/DQ form; its metadata names the profile and the calibration
 */
public record QuantizedModel(OnnxModel model, QuantizationReport report) {}
