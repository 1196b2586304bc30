package dev.fovea.serving.model;

import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.serving.protocol.OutputTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the outputs of several runs together along the first axis. */
final class OutputJoiner {
  private final int images;
  private final Map<String, List<FloatTensor>> pieces = new LinkedHashMap<>();
  private int runs;

  OutputJoiner(int images) {
    this.images = images;
  }

  void add(Map<String, FloatTensor> outputs) {
    runs++;
    outputs.forEach(
        (name, tensor) -> pieces.computeIfAbsent(name, _ -> new ArrayList<>()).add(tensor));
  }

  List<OutputTensor.Floats> outputs() {
    var joined = new ArrayList<OutputTensor.Floats>();
    pieces.forEach((name, parts) -> joined.add(join(name, parts)));
    return joined;
  }

  private OutputTensor.Floats join(String name, List<FloatTensor> parts) {
    if (runs == 1) {
      var only = parts.getFirst();
      return new OutputTensor.Floats(name, only.shape(), only.data());
    }
    var data = new float[parts.stream().mapToInt(part -> part.data().length).sum()];
    int at = 0;
    long first = 0;
    for (var part : parts) {
      System.arraycopy(part.data(), 0, data, at, part.data().length);
      at += part.data().length;
      first += part.shape().length == 0 ? 1 : part.shape()[0];
    }
    var shape = parts.getFirst().shape();
    if (shape.length == 0) {
      return new OutputTensor.Floats(name, new long[] {images}, data);
    }
    var whole = Arrays.copyOf(shape, shape.length);
    whole[0] = first;
    return new OutputTensor.Floats(name, whole, data);
  }
}
