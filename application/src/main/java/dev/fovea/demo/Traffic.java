package dev.fovea.demo;

import dev.fovea.demo.digits.LabelledImage;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * The packing line's cameras: pictures sent to the production address by the Open Inference
 * Protocol.
 */
final class Traffic {
  private static final int PARALLEL = 4;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final Stage stage;

  Traffic(Stage stage) {
    this.stage = stage;
  }

  /**
   * Sends the pictures, over and over, until somebody says stop.
   *
   * @return how many were answered
   */
  int send(List<LabelledImage> pictures, int atMost, BooleanSupplier stop)
      throws IOException, InterruptedException {
    try (var web = new Web(stage.engineer());
        var workers = Executors.newFixedThreadPool(PARALLEL)) {
      var cameras =
          IntStream.range(0, PARALLEL)
              .<Callable<Integer>>mapToObj(camera ->
                  () -> {
                    int answered = 0;
                    for (int i = camera; i < atMost && !stop.getAsBoolean(); i += PARALLEL) {
                      ask(web, pictures.get(i % pictures.size()));
                      answered++;
                    }
                    return answered;
                  })
              .toList();
      int answered = 0;
      for (var camera : workers.invokeAll(cameras)) {
        answered += camera.get();
      }
      return answered;
    } catch (ExecutionException e) {
      throw new IOException("production did not answer", e.getCause());
    }
  }

  /** Asks and checks that there is an answer. */
  private void ask(Web web, LabelledImage picture) throws IOException, InterruptedException {
    var body =
        """
        {"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["%s"]}]}\
        """
            .formatted(Base64.getEncoder().encodeToString(picture.png()));
    var answer =
        web.require(
            "POST",
            "/inference/%s/v2/models/%s/infer".formatted(stage.project(), Stage.MODEL),
            "application/json",
            body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    for (var output : JSON.readTree(answer.body()).path("outputs")) {
      if (output.path("name").asString("").equals("label")) {
        return;
      }
    }
    throw new IOException("the answer has no output 'label': " + answer.text());
  }
}
