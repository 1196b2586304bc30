package dev.fovea.pipelines.parity;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model answered where it was made: a safetensors file with one tensor {@code inputs.<name>}
 * for each input and one {@code outputs.<position>} for each output, from 0. The first axis of all
 * of them is the batch.
 *
 * @param inputs by the input's name
 * @param outputs by position
 */
public record Recording(Map<String, FloatTensor> inputs, Map<Integer, FloatTensor> outputs) {
  private static final long LIMIT_BYTES = 256L << 20;
  private static final String INPUTS = "inputs.";
  private static final String OUTPUTS = "outputs.";
  private static final String FIX =
      "record tensors 'inputs.<name>' and 'outputs.<position>' of one batch, 2 or more examples, as the digits example does";

  public Recording {
    inputs = new TreeMap<>(inputs);
    outputs = new TreeMap<>(outputs);
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new InvalidRequest(
          "recording: %d inputs and %d outputs (expected: 1 or more of each)"
              .formatted(inputs.size(), outputs.size()),
          FIX);
    }
    long examples = batch(inputs.values().iterator().next());
    for (var tensor : inputs.values()) {
      requireBatch(tensor, examples);
    }
    for (var tensor : outputs.values()) {
      requireBatch(tensor, examples);
    }
  }

  /** Reads it from the store. */
  public static Recording read(ObjectStore objects, Digest digest) throws IOException {
    return of(Safetensors.read(objects.bytes(digest, LIMIT_BYTES)));
  }

  static Recording of(Map<String, FloatTensor> tensors) {
    var inputs = new LinkedHashMap<String, FloatTensor>();
    var outputs = new LinkedHashMap<Integer, FloatTensor>();
    tensors.forEach((name, tensor) -> {
      if (name.startsWith(INPUTS)) {
        inputs.put(name.substring(INPUTS.length()), tensor);
      } else if (name.matches("outputs\\.\\d{1,3}")) {
        outputs.put(Integer.valueOf(name.substring(OUTPUTS.length())), tensor);
      } else {
        throw new InvalidRequest("recording: tensor '%s'".formatted(Text.excerpt(name)), FIX);
      }
    });
    return new Recording(inputs, outputs);
  }

  /** As a file. */
  public byte[] bytes() {
    var tensors = new TreeMap<String, FloatTensor>();
    inputs.forEach((name, tensor) -> tensors.put(INPUTS + name, tensor));
    outputs.forEach((position, tensor) -> tensors.put(OUTPUTS + position, tensor));
    return Safetensors.write(tensors);
  }

  /** How many examples it has. */
  public int examples() {
    return Math.toIntExact(batch(inputs.values().iterator().next()));
  }

  private static long batch(FloatTensor tensor) {
    return tensor.shape().length == 0 ? 0 : tensor.shape()[0];
  }

  private static void requireBatch(FloatTensor tensor, long examples) {
    if (examples < 1 || batch(tensor) != examples) {
      throw new InvalidRequest(
          "recording: a tensor of %s beside one of %d examples (expected: the same first axis)"
              .formatted(tensor, examples),
          FIX);
    }
  }
}
