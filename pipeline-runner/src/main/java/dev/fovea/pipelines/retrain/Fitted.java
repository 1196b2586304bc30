package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a fit came to.
 *
 * @param model the new ONNX file
 * @param parity what the new head answers, computed in Java from the features, to be repeated by
 *     the exported model
 * @param loss the objective before the first epoch and after each
 * @param accuracy the share of training images right, at the same points
 * @param images how many training images there were
 * @param labelled how many of them came from production
 */
record Fitted(
    Digest model,
    Digest parity,
    List<Double> loss,
    List<Double> accuracy,
    int images,
    int labelled) {
  private static final long LIMIT_BYTES = 1 << 22;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Fitted read(ObjectStore objects, Digest digest) throws IOException {
    return JSON.readValue(objects.bytes(digest, LIMIT_BYTES), Fitted.class);
  }

  Digest write(ObjectStore objects) throws IOException {
    return objects.put(JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
  }
}
