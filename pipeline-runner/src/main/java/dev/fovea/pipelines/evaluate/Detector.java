package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.TensorSpec;
import dev.fovea.pipelines.evaluate.Pictures.Picture;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.vision.detection.Detections;
import dev.fovea.vision.detection.DetectorOutput;
import java.util.List;
import java.util.Map;

/** A loaded model that finds objects. */
final class Detector implements ModelUnderTest {
  private final InferenceSession session;
  private final DetectorOutput output;
  private final List<String> wanted;

  private Detector(InferenceSession session, DetectorOutput output) {
    this.session = session;
    this.output = output;
    wanted = output.wanted(session.outputs().stream().map(TensorSpec::name).toList());
  }

  static Detector checked(
      InferenceSession session, DetectorSpec spec, int classes, PreprocessSpec preprocess) {
    var detector = new Detector(session, DetectorOutput.of(spec, classes));
    detector.detections(Pictures.black(preprocess));
    return detector;
  }

  @Override
  public Answer answer(Sample sample, Picture picture) {
    var detections = detections(picture);
    return new Seen(sample.image(), sample.path(), detections.found(), detections.unusable());
  }

  @Override
  public void close() {
    session.close();
  }

  private Detections detections(Picture picture) {
    var input = Map.of(session.inputs().getFirst().name(), picture.input());
    return output.read(session.run(input, wanted), picture.fitting());
  }
}
