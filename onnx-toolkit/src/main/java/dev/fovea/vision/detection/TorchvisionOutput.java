package dev.fovea.vision.detection;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.vision.preprocess.Fitting;
import java.util.List;
import java.util.Map;

/**
 * Torchvision's detectors: boxes {@code [N, 4]}, labels {@code [N]}, scores {@code [N]}, each with
 * or without an axis of 1 before. Labels begin with 1: 0 is the background, and no detection.
 */
record TorchvisionOutput(DetectorSpec spec, int classes) implements DetectorOutput {
  private static final List<String> NAMES = List.of("boxes", "labels", "scores");
  private static final int SIDES = 4;

  @Override
  public List<String> wanted(List<String> offered) {
    if (offered.containsAll(NAMES)) {
      return NAMES;
    }
    if (offered.size() < NAMES.size()) {
      throw new InvalidRequest(
          "model with %d outputs %s (expected: 3: boxes, labels and scores)"
              .formatted(offered.size(), offered),
          "export torchvision's detector with its three outputs, or set release.detector.output in fovea.yaml to what it answers");
    }
    return offered.subList(0, NAMES.size());
  }

  @Override
  public Detections read(Map<String, FloatTensor> outputs, Fitting fitting) {
    var tensors = List.copyOf(outputs.values());
    var boxes = tensors.get(0).data();
    var labels = tensors.get(1).data();
    var scores = tensors.get(2).data();
    if (boxes.length != labels.length * SIDES || scores.length != labels.length) {
      throw new InvalidRequest(
          "model's outputs for one image: %s of boxes, %s of labels, %s of scores (expected: [N, 4], [N] and [N])"
              .formatted(tensors.get(0), tensors.get(1), tensors.get(2)),
          "export torchvision's detector with its three outputs in this order, or by these names");
    }
    var candidates = new Candidates(spec.confidence());
    for (int i = 0; i < labels.length; i++) {
      float label = labels[i];
      if (scores[i] >= spec.confidence()
          && !(label >= 0 && label <= classes && label == Math.rint(label))) {
        throw OutputForm.unknownClass(label, 1, classes);
      }
      int at = i * SIDES;
      if (label != 0) {
        candidates.add(
            (int) label - 1, scores[i], boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]);
      }
    }
    return candidates.surest(spec.most(), fitting);
  }
}
