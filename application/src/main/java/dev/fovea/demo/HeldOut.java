package dev.fovea.demo;

import dev.fovea.demo.digits.LabelledImage;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.TeamFile;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.ImageDecoder;
import dev.fovea.vision.metrics.Answer;
import dev.fovea.vision.preprocess.Preprocessor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * How well the file that serves production reads pictures that it must never learn from. It is run
 * beside the production address, since what is sent there may be captured and labelled.
 */
final class HeldOut {
  private final ObjectStore objects;
  private final List<LabelledImage> pictures;

  HeldOut(ObjectStore objects, List<LabelledImage> pictures) {
    this.objects = objects;
    this.pictures = pictures;
  }

  int size() {
    return pictures.size();
  }

  /** The share that the stable arm's file reads correctly. */
  double accuracy(Stage stage) throws IOException {
    var stable =
        stage
            .manager()
            .as(Rollouts.class)
            .serving(stage.project(), Stage.MODEL)
            .orElseThrow()
            .stable();
    var spec =
        TeamFile.parse(new String(ModelActs.bytes("fovea.yaml"), StandardCharsets.UTF_8))
            .release()
            .orElseThrow()
            .preprocess();
    var preprocessor = new Preprocessor(spec);
    var decoder = ImageDecoder.withDefaultLimits();
    int right = 0;
    try (var file = objects.local(stable.variant());
        var session = InferenceSession.open(file.path(), SessionSettings.defaults())) {
      var input = session.inputs().getFirst().name();
      for (var picture : pictures) {
        if (!(decoder.decode(picture.png()) instanceof Decoding.Readable readable)) {
          throw new IOException(picture.name() + " does not decode");
        }
        var pixels =
            FloatTensor.of(
                preprocessor.apply(readable.frame()),
                1,
                spec.colour().channels(),
                spec.height(),
                spec.width());
        var logits = session.run(Map.of(input, pixels)).values().iterator().next();
        if (Answer.ofLogits(logits.data()).label() == picture.label()) {
          right++;
        }
      }
    }
    return (double) right / pictures.size();
  }
}
