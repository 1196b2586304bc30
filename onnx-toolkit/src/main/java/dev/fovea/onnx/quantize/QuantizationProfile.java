package dev.fovea.onnx.quantize;

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
  ORT_X86_WITHOUT_VNNI(IntegerRange.INT8_REDUCED, IntegerRange.UINT8_REDUCED);

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

  /** Integers for computed tensors; only weights lose a bit. */
  IntegerRange activations() {
    return IntegerRange.UINT8;
  }
}
