package dev.fovea.pipelines.retrain;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.parity.Safetensors;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a model's last layer sees of each image: one row an image, in the order of the samples. */
record Features(List<float[]> rows) {
  private static final long LIMIT_BYTES = 1L << 30;
  private static final String NAME = "features";

  Features {
    rows = List.copyOf(rows);
  }

  /** Runs the model over the images. */
  static Features of(Head head, List<Sample> samples, Pictures pictures) throws IOException {
    try (var session = InferenceSession.open(head.exposed(), SessionSettings.defaults())) {
      var input = session.inputs().getFirst().name();
      var rows = new float[samples.size()][];
      for (int i = 0; i < rows.length; i++) {
        var tensors =
            session.run(Map.of(input, pictures.tensor(samples.get(i))), List.of(head.features()));
        rows[i] = tensors.values().iterator().next().data();
      }
      return new Features(Arrays.asList(rows));
    }
  }

  static Features read(ObjectStore objects, Digest digest) throws IOException {
    var tensor = Safetensors.read(objects.bytes(digest, LIMIT_BYTES)).get(NAME);
    if (tensor == null) {
      throw new IllegalStateException("object %s holds no features".formatted(digest));
    }
    int width = Math.toIntExact(tensor.shape()[1]);
    var rows = new float[Math.toIntExact(tensor.shape()[0])][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(tensor.data(), i * width, (i + 1) * width);
    }
    return new Features(Arrays.asList(rows));
  }

  Digest write(ObjectStore objects, int width) throws IOException {
    var data = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, data, i * width, width);
    }
    return objects.put(Safetensors.write(Map.of(NAME, FloatTensor.of(data, rows.size(), width))));
  }
}
