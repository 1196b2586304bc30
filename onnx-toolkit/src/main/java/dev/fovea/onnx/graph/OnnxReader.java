package dev.fovea.onnx.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads ONNX files by a decoder of its own, within {@link ReadLimits}.
 *
 * <p>Documentation, per-node metadata, quantisation annotations and the model's own version are
 * dropped; everything else that the records cannot hold is refused: external data, functions,
 * sparse tensors, text tensors, sequences, training information. A read graph is in topological
 * order with each name defined once. Tensors share the array they were read from.
 */
public final class OnnxReader {
  private OnnxReader() {}

  /**
   * Reads a model within the default limits.
   *
   * @throws UnreadableOnnx if the bytes are no model that these records can hold
   */
  public static OnnxModel read(byte[] bytes) {
    return read(bytes, ReadLimits.DEFAULT);
  }

  /**
   * Reads a model within limits of the caller's.
   *
   * @throws UnreadableOnnx if the bytes are no model that these records can hold
   */
  public static OnnxModel read(byte[] bytes, ReadLimits limits) {
    if (bytes.length > limits.maxBytes()) {
      throw UnreadableOnnx.tooLarge("%d bytes (expected: <= %d)", bytes.length, limits.maxBytes());
    }
    var model =
        new ModelDecoder(new ReadBudget(limits))
            .model(new ProtoReader(ByteBuffer.wrap(bytes), "model"));
    Topology.check(model.graph());
    return model;
  }

  /**
   * Reads a file within the default limits.
   *
   * @throws UnreadableOnnx if the file is no model that these records can hold
   * @throws UncheckedIOException if it cannot be read
   */
  public static OnnxModel read(Path file) {
    return read(file, ReadLimits.DEFAULT);
  }

  /**
   * Reads a file within limits of the caller's.
   *
   * @throws UnreadableOnnx if the file is no model that these records can hold
   * @throws UncheckedIOException if it cannot be read
   */
  public static OnnxModel read(Path file, ReadLimits limits) {
    try (var in = Files.newInputStream(file)) {
      long size = Files.size(file);
      if (size > limits.maxBytes()) {
        throw UnreadableOnnx.tooLarge("%d bytes (expected: <= %d)", size, limits.maxBytes());
      }
      // The file may have grown since: never more than was measured, plus one byte to notice it.
      var bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, size + 1));
      return read(bytes, limits);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
