package dev.fovea.serving.protocol;

import java.util.List;

/** A tensor that a client sent. Its shape holds exactly its elements. */
public sealed interface InputTensor {
  /** As the model's metadata lists it. */
  String name();

  /** Sizes of the axes, each 0 or more. */
  long[] shape();

  /** FP32, in C order. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Floats(String name, long[] shape, float[] data) implements InputTensor {}

  /** BYTES: one array an element. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Bytes(String name, long[] shape, List<byte[]> elements) implements InputTensor {}
}
