package dev.fovea.onnx.quantize;

import dev.fovea.onnx.quantize.integers.Affine;
import dev.fovea.onnx.quantize.integers.IntegerRange;

/** What a model is quantised for. */
public enum QuantizationProfile {
  /**
   * ONNX Runtime on x86-64 with VNNI: unsigned activations with a free zero point, signed weights
   * by channel. ONNX Runtime 1.29 fuses this form into integer kernels; signed activations it
   * leaves in float around {@code Sigmoid}, {@code Mul} and {@code Concat}.
   */
  ORT_X86(IntegerRange.INT8_SYMMETRIC, IntegerRange.UINT8),

  /** The same for processors without VNNI: one bit less for weights, so that 16-bit sums hold. */
  ORT_X86_WITHOUT_VNNI(IntegerRange.INT8_REDUCED, IntegerRange.UINT8_REDUCED),

  /**
   * TensorRT's explicit quantisation, the only one since TensorRT 11: everything signed and
   * symmetric about a zero point of 0, weights by channel, biases in float; Q and DQ at the inputs
   * of what computes in integers.
   */
  TENSORRT(IntegerRange.INT8_SYMMETRIC, IntegerRange.INT8_SYMMETRIC);

  private final IntegerRange weights;
  private final IntegerRange constants;

  QuantizationProfile(IntegerRange weights, IntegerRange constants) {
    this.weights = weights;
    this.constants = constants;
  }

  /** Integers for weights by channel. */
  IntegerRange weights() {
    return weights;
  }

  /** Integers for constants of element-wise operators. */
  IntegerRange constants() {
    return constants;
  }

  /** The relation of a computed tensor that takes these values; only weights lose a bit. */
  Affine relation(float min, float max) {
    return switch (this) {
      case ORT_X86, ORT_X86_WITHOUT_VNNI -> Affine.asymmetric(min, max, IntegerRange.UINT8);
      case TENSORRT -> Affine.symmetric(min, max, IntegerRange.INT8_SYMMETRIC);
    };
  }
}
