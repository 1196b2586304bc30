package dev.fovea.vision.detection;

import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.vision.preprocess.Fitting;
import java.util.List;
import java.util.Map;

/**
 * An end-to-end export: {@code [1, N, 6]}, a row a detection: corners, score, class from 0. Rows
 * below the confidence are padding, whatever else they hold.
 */
record RowsOutput(DetectorSpec spec, int classes) implements DetectorOutput {
  private static final int NUMBERS = 6;

  @Override
  public List<String> wanted(List<String> offered) {
    return OutputForm.first(offered);
  }

  @Override
  public Detections read(Map<String, FloatTensor> outputs, Fitting fitting) {
    var tensor = OutputForm.only(outputs);
    var shape = tensor.shape();
    if (shape.length != 3 || shape[0] != 1 || shape[2] != NUMBERS) {
      throw OutputForm.unfit(
          outputs.keySet().iterator().next(),
          tensor,
          "[1, N, 6]: left, top, right, bottom, score and class of each of N boxes",
          "export the model end to end (Ultralytics: nms=True), or set release.detector.output in fovea.yaml to what it answers");
    }
    var data = tensor.data();
    var candidates = new Candidates(spec.confidence());
    for (int at = 0; at < data.length; at += NUMBERS) {
      float score = data[at + 4];
      float label = data[at + 5];
      if (score >= spec.confidence() && !Float.isFinite(label)) {
        candidates.addUnusable();
        continue;
      }
      if (score >= spec.confidence()
          && (label != Math.rint(label) || label < 0 || label >= classes)) {
        throw OutputForm.unknownClass(label, 0, classes);
      }
      candidates.add((int) label, score, data[at], data[at + 1], data[at + 2], data[at + 3]);
    }
    return candidates.surest(spec.most(), fitting);
  }
}
