package dev.fovea.onnx.quantize;

/** How a tensor is quantised. */
sealed interface Mark {

  /** A computed tensor, by its calibrated range. */
  record OwnRange() implements Mark {}

  /** A computed tensor, by the relation of the tensor that its node reads. */
  record SharedWith(String tensor) implements Mark {}

  /** A constant as a whole: weights symmetric and signed, others as activations are. */
  record Constant(boolean weights) implements Mark {}

  /** A constant with a symmetric relation for each index of the axis. */
  record Channels(int axis) implements Mark {}
}
