package dev.fovea.onnx.export.lowering.resizing;

import java.util.Optional;

/**
 * Which value of an axis is the nearest to each value of the resized axis: as PyTorch computes it
 * (aten/src/ATen/native/UpSample.h) and as ONNX Runtime does (upsamplebase.h), both in 32 bits.
 * Where a place falls on the border of two values, they may round to different ones.
 *
 * @param size of the axis before
 * @param target its size afterwards
 * @param factor as the program gives it; empty if the two sizes decide
 * @param exact whether the middles of values are compared, not their beginnings
 */
record NearestSource(long size, long target, Optional<Double> factor, boolean exact) {

  long inPyTorch(int index) {
    float step =
        factor.map(value -> (float) (1 / value)).orElseGet(() -> (float) size / (float) target);
    double source;
    if (exact) {
      source = (float) ((index + 0.5) * step);
    } else if (size == target) {
      return index;
    } else if (target == 2 * size) {
      return index >> 1;
    } else {
      source = (float) index * step;
    }
    return Math.min((long) Math.floor(source), size - 1);
  }

  private long inRuntime(int index) {
    float scale = factor.map(Double::floatValue).orElseGet(() -> (float) target / (float) size);
    if (scale == 1) {
      return index;
    }
    double source =
        exact
            // Half is rounded away from zero, and no source is below -0.5.
            ? Math.floor((float) ((index + 0.5f) / scale - 0.5f) + 0.5)
            : Math.floor(index / scale);
    return Math.clamp((long) source, 0, size - 1);
  }

  boolean runtimeAgrees() {
    for (int i = 0; i < target; i++) {
      if (inPyTorch(i) != inRuntime(i)) {
        return false;
      }
    }
    return true;
  }
}
