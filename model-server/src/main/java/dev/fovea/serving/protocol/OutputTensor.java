package dev.fovea.serving.protocol;

import java.util.List;

/** A tensor that the server answers with. */
public sealed interface OutputTensor {
  String name();

  /** Sizes of the axes. */
  long[] shape();

  /** FP32, in C order. */
  @SuppressWarnings("ArrayRecordComponent") // written once, never compared
  record Floats(String name, long[] shape, float[] data) implements OutputTensor {}

  /** BYTES that are UTF-8 text. */
  @SuppressWarnings("ArrayRecordComponent") // written once, never compared
  record Texts(String name, long[] shape, List<String> elements) implements OutputTensor {}
}
