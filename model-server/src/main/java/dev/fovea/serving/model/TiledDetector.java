package dev.fovea.serving.model;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.TensorSpec;
import dev.fovea.serving.protocol.OutputTensor;
import dev.fovea.serving.protocol.ProtocolError;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.ServedDetector;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.ImageDecoder;
import dev.fovea.vision.ImageLimits;
import dev.fovea.vision.detection.Detection;
import dev.fovea.vision.detection.Detections;
import dev.fovea.vision.detection.DetectorOutput;
import dev.fovea.vision.preprocess.Fitting;
import dev.fovea.vision.preprocess.Preprocessor;
import dev.fovea.vision.tiling.Views;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Finds objects in one encoded image, seen in tiles, by the code that the release was evaluated
 * with. A tile goes through the model at a time, so that memory does not grow with the image.
 */
final class TiledDetector {
  /** Left, top, right and bottom of each object, in pixels of the decoded image. */
  static final String BOXES = "detection_boxes";

  static final String SCORES = "detection_scores";

  static final String LABELS = "detection_labels";

  /** What it answers with, the surest first. */
  static final List<TensorInfo> OUTPUTS =
      List.of(
          new TensorInfo(BOXES, "FP32", List.of(TensorSpec.DYNAMIC, 4L)),
          new TensorInfo(SCORES, "FP32", List.of(TensorSpec.DYNAMIC)),
          new TensorInfo(LABELS, "BYTES", List.of(TensorSpec.DYNAMIC)));

  private static final int SIDES = 4;

  private final InferenceSession session;
  private final TensorSpec input;
  private final ServedDetector detector;
  private final PreprocessSpec preprocess;
  private final ImageDecoder decoder;
  private final Duration patience;
  private final DetectorOutput output;
  private final List<String> wanted;

  private TiledDetector(
      InferenceSession session,
      TensorSpec input,
      ServedDetector detector,
      PreprocessSpec preprocess,
      ImageLimits images,
      Duration patience) {
    this.session = session;
    this.input = input;
    this.detector = detector;
    this.preprocess = preprocess;
    decoder = new ImageDecoder(images);
    this.patience = patience;
    output = DetectorOutput.of(detector.spec(), detector.classes().size());
    wanted = output.wanted(session.outputs().stream().map(TensorSpec::name).toList());
  }

  /**
   * Checks, by one run, that the model's outputs are those of such a detector.
   *
   * @param patience how long a client waits, after which no pass is begun
   * @throws ModelNotServable when they are not
   */
  static TiledDetector checked(
      String label,
      InferenceSession session,
      TensorSpec input,
      ServedDetector detector,
      PreprocessSpec preprocess,
      ImageLimits images,
      Duration patience) {
    long atOnce = input.shape().getFirst();
    if (atOnce != TensorSpec.DYNAMIC && atOnce != 1) {
      throw new ModelNotServable(
          label,
          "it takes %d images at a time (expected: 1, a tile)".formatted(atOnce),
          "export the detector for one image");
    }
    try {
      var tiled = new TiledDetector(session, input, detector, preprocess, images, patience);
      tiled.seen(
          new float[new Preprocessor(preprocess).length()],
          Fitting.of(preprocess, preprocess.width(), preprocess.height()));
      return tiled;
    } catch (InvalidRequest e) {
      throw new ModelNotServable(label, e.explanation(), e.remedy());
    }
  }

  /**
   * What is in the image.
   *
   * @throws ProtocolError with status 400 when it is no image, 503 when it takes too long, and 500
   *     when the model answers something else than a detector
   * @throws dev.fovea.kernel.Problem when the image does not go into tiles
   */
  List<OutputTensor> answer(byte[] image) {
    var frame =
        switch (decoder.decode(image)) {
          case Decoding.Readable readable -> readable.frame();
          case Decoding.Refused refused ->
              throw ProtocolError.badRequest("image 0: " + refused.explanation());
        };
    var views = new Views(frame, preprocess, detector.spec().tiles());
    long begun = System.nanoTime();
    var detections =
        views.detections(
            detector.spec().most(),
            place -> {
              if (System.nanoTime() - begun > patience.toNanos()) {
                throw ProtocolError.unavailable(
                    "%d of %d tiles of the image were seen within %d ms"
                        .formatted(place, views.size(), patience.toMillis()));
              }
              return pass(views.input(place), views.fitting(place));
            });
    return tensors(detections.found());
  }

  private Detections pass(float[] image, Fitting fitting) {
    try {
      return seen(image, fitting);
    } catch (InvalidRequest e) {
      throw ProtocolError.failed(e.explanation());
    }
  }

  private Detections seen(float[] image, Fitting fitting) {
    var tensor =
        FloatTensor.of(
            image, 1, preprocess.colour().channels(), preprocess.height(), preprocess.width());
    return output.read(session.run(Map.of(input.name(), tensor), wanted), fitting);
  }

  private List<OutputTensor> tensors(List<Detection> found) {
    int count = found.size();
    var boxes = new float[count * SIDES];
    var scores = new float[count];
    for (int i = 0; i < count; i++) {
      var each = found.get(i);
      boxes[i * SIDES] = (float) each.x1();
      boxes[i * SIDES + 1] = (float) each.y1();
      boxes[i * SIDES + 2] = (float) each.x2();
      boxes[i * SIDES + 3] = (float) each.y2();
      scores[i] = (float) each.score();
    }
    var labels = found.stream().map(each -> detector.classes().get(each.category())).toList();
    return List.of(
        new OutputTensor.Floats(BOXES, new long[] {count, SIDES}, boxes),
        new OutputTensor.Floats(SCORES, new long[] {count}, scores),
        new OutputTensor.Texts(LABELS, new long[] {count}, labels));
  }
}
