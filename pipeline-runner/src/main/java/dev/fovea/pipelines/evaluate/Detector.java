package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.TensorSpec;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.vision.detection.Detections;
import dev.fovea.vision.detection.DetectorOutput;
import dev.fovea.vision.preprocess.Fitting;
import java.util.List;
import java.util.Map;

/** A loaded model that finds objects, of an image in tiles in one after the other. */
final class Detector implements ModelUnderTest {
  private final InferenceSession session;
  private final DetectorSpec spec;
  private final DetectorOutput output;
  private final List<String> wanted;

  private Detector(InferenceSession session, DetectorSpec spec, int classes) {
    this.session = session;
    this.spec = spec;
    output = DetectorOutput.of(spec, classes);
    wanted = output.wanted(session.outputs().stream().map(TensorSpec::name).toList());
  }

  static Detector checked(
      InferenceSession session, DetectorSpec spec, int classes, PreprocessSpec preprocess) {
    var detector = new Detector(session, spec, classes);
    detector.detections(
        Pictures.black(preprocess),
        Fitting.of(preprocess, preprocess.width(), preprocess.height()));
    return detector;
  }

  @Override
  public Answer answer(Sample sample, Picture picture) {
    var views = picture.views();
    var detections =
        views.detections(
            spec.most(), place -> detections(picture.input(place), views.fitting(place)));
    return new Seen(
        sample.image(),
        sample.path(),
        detections.found(),
        detections.unusable(),
        spec.tiles().map(_ -> views.size()));
  }

  @Override
  public void close() {
    session.close();
  }

  private Detections detections(FloatTensor image, Fitting fitting) {
    var input = Map.of(session.inputs().getFirst().name(), image);
    return output.read(session.run(input, wanted), fitting);
  }
}
