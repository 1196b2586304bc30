package dev.fovea.vision.detection;

import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.vision.preprocess.Fitting;
import java.util.List;
import java.util.Map;

/** How the outputs of one form are read. Keeps nothing between images. */
public sealed interface DetectorOutput permits YoloOutput, RowsOutput, TorchvisionOutput {
  /**
   * The reader of this form.
   *
   * @param classes how many the dataset has, 1 or more
   */
  static DetectorOutput of(DetectorSpec spec, int classes) {
    return switch (spec.output()) {
      case YOLO_V8 -> new YoloOutput(spec, classes);
      case BOXES -> new RowsOutput(spec, classes);
      case TORCHVISION -> new TorchvisionOutput(spec, classes);
    };
  }

  /**
   * Which of a model's outputs it wants, in the order that {@link #read} takes them.
   *
   * @param offered the model's, in its order
   * @throws dev.fovea.kernel.InvalidRequest when they are not there
   */
  List<String> wanted(List<String> offered);

  /**
   * What the outputs for one image say.
   *
   * @param outputs the wanted ones, by name
   * @param fitting where the image lies in the input
   * @throws dev.fovea.kernel.InvalidRequest when they have another form, or are of another number
   *     of classes
   */
  Detections read(Map<String, FloatTensor> outputs, Fitting fitting);
}
