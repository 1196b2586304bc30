package dev.fovea.pipelines.evaluate;

import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.vision.preprocess.Fitting;

/**
 * An image as a model's input.
 *
 * @param input of {@link Pictures#shape}
 * @param fitting where the image lies in it
 */
public record Picture(FloatTensor input, Fitting fitting) {}
