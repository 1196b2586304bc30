package dev.fovea.vision.detection;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.vision.preprocess.Fitting;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * YOLOv8's raw output: {@code [1, 4 + classes, N]}, one column a place. Every class whose score is
 * high enough is a detection, as where Ultralytics validates, not only the best of a place.
 */
record YoloOutput(DetectorSpec spec, int classes) implements DetectorOutput {
  private static final int SIDES = 4;

  @Override
  public List<String> wanted(List<String> offered) {
    return OutputForm.first(offered);
  }

  @Override
  public Detections read(Map<String, FloatTensor> outputs, Fitting fitting) {
    var tensor = OutputForm.only(outputs);
    int places = places(outputs.keySet().iterator().next(), tensor);
    var data = tensor.data();
    var candidates = new Candidates(spec.confidence());
    for (int place = 0; place < places; place++) {
      double x = data[place];
      double y = data[places + place];
      double halfWidth = data[2 * places + place] / 2.0;
      double halfHeight = data[3 * places + place] / 2.0;
      for (int c = 0; c < classes; c++) {
        float score = data[(SIDES + c) * places + place];
        candidates.add(c, score, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
      }
    }
    return candidates.suppressed(spec.iou(), spec.most(), fitting);
  }

  private int places(String name, FloatTensor tensor) {
    var shape = tensor.shape();
    var expected =
        "[1, %d, N]: 4 of a box and a score of each of the dataset's %d classes"
            .formatted(SIDES + classes, classes);
    if (shape.length != 3 || shape[0] != 1) {
      throw OutputForm.unfit(
          name,
          tensor,
          expected,
          "export the model without its own suppression, or set release.detector.output in fovea.yaml to what it answers");
    }
    if (shape[1] != SIDES + classes && shape[2] == SIDES + classes) {
      throw OutputForm.unfit(
          name,
          tensor,
          expected,
          "swap the last two axes in the model before it is exported: boxes are the last one");
    }
    if (shape[1] == SIDES + 1 + classes) {
      throw OutputForm.unfit(
          name,
          tensor,
          expected,
          "an output with one number more a place has a score of there being any object, as YOLOv5's, or a class more than the dataset: export a YOLOv8 or later, or train the model on this dataset's classes");
    }
    if (shape[1] != SIDES + classes) {
      throw new InvalidRequest(
          "model of %d classes (expected: %d, those of the dataset); its output %s is %s"
              .formatted(shape[1] - SIDES, classes, name, Arrays.toString(shape)),
          "train the model on this dataset's classes, or name the dataset that it was trained on in fovea.yaml");
    }
    return Math.toIntExact(shape[2]);
  }
}
