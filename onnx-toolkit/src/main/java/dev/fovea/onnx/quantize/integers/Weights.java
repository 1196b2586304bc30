package dev.fovea.onnx.quantize.integers;

import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;

/** Quantises constants: weights by channel, other constants as a whole. */
public final class Weights {
  /** A bias may use all of 2^32 - 2 steps; the margin keeps rounding from reaching the end. */
  private static final double BIAS_STEPS = (double) Integer.MAX_VALUE - (Integer.MIN_VALUE + 1.0);

  private static final float BIAS_MARGIN = 1.0001f;

  private Weights() {}

  /** Symmetric scales, one for each index of the axis, as integer convolutions need them. */
  public static float[] scales(Tensor weights, int axis, IntegerRange integers) {
    var values = finite(weights);
    int channels = Math.toIntExact(weights.shape().get(axis));
    int inner = inner(weights, axis);
    var min = new float[channels];
    var max = new float[channels];
    for (int start = 0; start < values.length; start += inner) {
      int channel = start / inner % channels;
      float least = min[channel];
      float largest = max[channel];
      for (int i = start; i < start + inner; i++) {
        least = Math.min(least, values[i]);
        largest = Math.max(largest, values[i]);
      }
      min[channel] = least;
      max[channel] = largest;
    }
    var scales = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      scales[channel] = Affine.symmetric(min[channel], max[channel], integers).scale();
    }
    return scales;
  }

  /** The relation for a constant as a whole. */
  public static Affine whole(Tensor constant, IntegerRange integers, boolean symmetric) {
    float min = 0;
    float max = 0;
    for (float value : finite(constant)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return symmetric ? Affine.symmetric(min, max, integers) : Affine.asymmetric(min, max, integers);
  }

  /** The constant's integers under one relation. */
  public static byte[] quantize(Tensor constant, Affine relation) {
    var values = constant.floats();
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) relation.quantize(values[i]);
    }
    return bytes;
  }

  /** The weights' integers under a symmetric relation for each index of the axis. */
  public static byte[] quantize(Tensor weights, float[] scales, int axis, IntegerRange integers) {
    var values = weights.floats();
    int inner = inner(weights, axis);
    var bytes = new byte[values.length];
    for (int start = 0; start < values.length; start += inner) {
      var relation = new Affine(scales[start / inner % scales.length], 0, integers.type());
      for (int i = start; i < start + inner; i++) {
        bytes[i] = (byte) relation.quantize(values[i]);
      }
    }
    return bytes;
  }

  /**
   * Raises scales of weights so far that each bias fits in 32 bits under the product of the input's
   * scale and the weights' scale. Changes the array.
   */
  public static void makeRoomForBias(float[] scales, float inputScale, float[] bias) {
    for (int channel = 0; channel < scales.length; channel++) {
      double least = BIAS_MARGIN * (2 * Math.abs(bias[channel])) / BIAS_STEPS;
      double planned = (double) inputScale * scales[channel];
      if (planned < least && planned > 0) {
        scales[channel] = (float) (scales[channel] * (least / planned));
      }
    }
  }

  /** The scale of a bias: the product of the input's scale and the weights' scale in 32 bits. */
  public static float[] biasScales(float inputScale, float[] weightScales) {
    var scales = new float[weightScales.length];
    for (int channel = 0; channel < scales.length; channel++) {
      scales[channel] = inputScale * weightScales[channel];
    }
    return scales;
  }

  /** A bias in 32-bit steps of its scale, ties to even, clipped. */
  public static int[] quantizeBias(float[] bias, float[] scales) {
    var steps = new int[bias.length];
    for (int channel = 0; channel < bias.length; channel++) {
      double exact = Math.rint((double) bias[channel] / (double) scales[channel]);
      steps[channel] = (int) Math.clamp(exact, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    return steps;
  }

  private static float[] finite(Tensor constant) {
    var values = constant.floats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw NotQuantizable.notFinite("constant", constant.name(), i, values[i]);
      }
    }
    return values;
  }

  /** How many elements lie between one index of an axis and the next. */
  public static int inner(Tensor tensor, int axis) {
    long inner = 1;
    for (long size : tensor.shape().subList(axis + 1, tensor.shape().size())) {
      inner *= size;
    }
    return Math.toIntExact(inner);
  }
}
