package dev.fovea.teamfile;

import dev.fovea.teamfile.TeamFileProblem.Mistake;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** Reads how a detector's outputs are read, and which gates go with it. */
final class DetectorReader {
  private DetectorReader() {}

  /**
   * @param readTiles reads the section of tiles, given the confidence; empty where there is none or
   *     something is wrong with it
   */
  static Optional<DetectorSpec> read(Fields fields, DoubleFunction<Optional<TilesSpec>> readTiles) {
    var output = fields.required("output", Values.oneOf(DetectorSpec.Output.class));
    var confidence =
        fields.optional("confidence", DetectorSpec.DEFAULT_CONFIDENCE, Values.share(0, 1));
    var iou = fields.optional("iou", DetectorSpec.DEFAULT_IOU, Values.share(0, 1));
    var most =
        fields.optional(
            "most", DetectorSpec.DEFAULT_MOST, Values.integer(1, DetectorSpec.LARGEST_MOST));
    var tiles = readTiles.apply(confidence.orElse(DetectorSpec.DEFAULT_CONFIDENCE));
    output
        .filter(form -> form.suppressed() && fields.has("iou"))
        .ifPresent(form ->
            fields.wrong(
                "iou",
                "'iou' with %s, whose model removes boxes that overlap itself (expected: no 'iou')"
                    .formatted(Values.written(form))));
    return output.isEmpty()
            || confidence.isEmpty()
            || iou.isEmpty()
            || most.isEmpty()
            || (fields.has("tiles") && tiles.isEmpty())
        ? Optional.empty()
        : Optional.of(
            new DetectorSpec(output.get(), confidence.get(), iou.get(), most.get(), tiles));
  }

  /** Accuracy is of classes of whole images, average precision of objects found in them. */
  static Optional<Mistake> mistake(Gate gate, boolean isDetector) {
    var measure = gate.measure();
    if (measure.ofClasses() && isDetector) {
      return Optional.of(
          new Mistake(
              gate.line(),
              "'measure': %s with 'detector' under release (expected: one of %s; or no 'detector' where the model classifies whole images)"
                  .formatted(measure.written(), Values.OF_OBJECTS)));
    }
    return measure.ofObjects() && !isDetector
        ? Optional.of(
            new Mistake(
                gate.line(),
                "'measure': %s without 'detector' under release (expected: one of %s; or 'detector: {output: yolo-v8}' where the model finds objects)"
                    .formatted(measure.written(), Values.OF_CLASSES)))
        : Optional.empty();
  }
}
