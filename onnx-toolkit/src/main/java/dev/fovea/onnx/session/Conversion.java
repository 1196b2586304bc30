package dev.fovea.onnx.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.function.IntToDoubleFunction;

/** Moves numbers between float arrays and ONNX Runtime's tensors; never rounds silently. */
final class Conversion {
  private Conversion() {}

  /** A native copy of the tensor in the input's element type; the caller closes it. */
  static OnnxTensor toNative(OrtEnvironment environment, TensorSpec input, FloatTensor tensor)
      throws OrtException {
    var data = tensor.data();
    var shape = tensor.shape();
    return switch (input.type()) {
      case FLOAT -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(data), shape);
      case INT64 -> {
        var longs = new long[data.length];
        for (int i = 0; i < data.length; i++) {
          longs[i] = whole(input, data[i], Long.MIN_VALUE, Long.MAX_VALUE);
        }
        yield OnnxTensor.createTensor(environment, LongBuffer.wrap(longs), shape);
      }
      case INT32 -> {
        var ints = new int[data.length];
        for (int i = 0; i < data.length; i++) {
          ints[i] = (int) whole(input, data[i], Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        yield OnnxTensor.createTensor(environment, IntBuffer.wrap(ints), shape);
      }
      case UINT8 ->
          OnnxTensor.createTensor(environment, bytes(input, data, 255), shape, OnnxJavaType.UINT8);
      case BOOL ->
          OnnxTensor.createTensor(environment, bytes(input, data, 1), shape, OnnxJavaType.BOOL);
      default ->
          throw RefusedTensor.type(input.name(), input.type() + " cannot be filled from floats");
    };
  }

  /**
   * A copy of an output as floats; integers beyond 2^24, which floats cannot tell apart, are
   * refused.
   */
  static FloatTensor toFloats(String name, OnnxTensor output) {
    var info = output.getInfo();
    var data =
        switch (info.type) {
          case FLOAT, FLOAT16, BFLOAT16 -> {
            var buffer = output.getFloatBuffer();
            if (buffer.hasArray() && buffer.array().length == buffer.remaining()) {
              yield buffer.array();
            }
            var floats = new float[buffer.remaining()];
            buffer.get(floats);
            yield floats;
          }
          case INT64 -> {
            var longs = output.getLongBuffer();
            yield exact(name, longs.remaining(), longs::get);
          }
          case INT32 -> {
            var ints = output.getIntBuffer();
            yield exact(name, ints.remaining(), ints::get);
          }
          case UINT8 -> {
            var bytes = output.getByteBuffer();
            yield exact(name, bytes.remaining(), i -> bytes.get(i) & 0xff);
          }
          case INT8, BOOL -> {
            var bytes = output.getByteBuffer();
            yield exact(name, bytes.remaining(), bytes::get);
          }
          default -> throw RefusedTensor.type(name, info.type + " cannot be read as floats");
        };
    return new FloatTensor(info.getShape(), data);
  }

  private static float[] exact(String name, int elements, IntToDoubleFunction values) {
    var data = new float[elements];
    for (int i = 0; i < elements; i++) {
      double value = values.applyAsDouble(i);
      if (Math.abs(value) > 1 << 24) {
        throw RefusedTensor.type(
            name, "%.0f cannot be read as a float without loss".formatted(value));
      }
      data[i] = (float) value;
    }
    return data;
  }

  private static ByteBuffer bytes(TensorSpec input, float[] data, int max) {
    var bytes = ByteBuffer.allocateDirect(data.length);
    for (float value : data) {
      bytes.put((byte) whole(input, value, 0, max));
    }
    return bytes.flip();
  }

  private static long whole(TensorSpec input, float value, long min, long max) {
    if (value != Math.rint(value) || value < min || value > max) {
      throw RefusedTensor.type(input.name(), "%s is no %s".formatted(value, input.type()));
    }
    return (long) value;
  }
}
