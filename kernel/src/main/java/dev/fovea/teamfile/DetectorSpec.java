package dev.fovea.teamfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How a detector's outputs become boxes with classes.
 *
 * @param output what they are
 * @param confidence detections below this score are dropped, 0 to 1; low, so that the whole curve
 *     of precision and recall is measured
 * @param iou of two boxes of a class that overlap by more, the surer one stays, 0 to 1; only where
 *     {@link Output#suppressed} is false
 * @param most how many detections of an image stay, 1 to 1,000: the surest
 * @param tiles in which it sees an image; absent where it sees the whole at once, and left out of
 *     the JSON then, so that what was made before there were tiles keeps its digest
 */
public record DetectorSpec(
    Output output,
    double confidence,
    double iou,
    int most,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Optional<TilesSpec> tiles) {
  /** What Ultralytics validates with. */
  public static final double DEFAULT_CONFIDENCE = 0.001;

  /** What Ultralytics validates with. */
  public static final double DEFAULT_IOU = 0.7;

  /** What Ultralytics validates with. */
  public static final int DEFAULT_MOST = 300;

  /** The most that an image may have. */
  public static final int LARGEST_MOST = 1_000;

  /** The forms of output. Boxes are in pixels of the model's input. */
  public enum Output {
    /**
     * YOLOv8's and YOLO11's first output, {@code [1, 4 + classes, N]}: centre x, centre y, width,
     * height, then a score of each class after its sigmoid; boxes that overlap are not removed yet.
     */
    YOLO_V8(false),
    /**
     * The first output, {@code [1, N, 6]}: left, top, right, bottom, score, class from 0, as
     * end-to-end exports have it.
     */
    BOXES(true),
    /**
     * Torchvision's three: boxes {@code [N, 4]} (left, top, right, bottom), labels {@code [N]} from
     * 1, since 0 is its background, and scores {@code [N]}; by these names, else in this order.
     */
    TORCHVISION(true);

    private final boolean suppressed;

    Output(boolean suppressed) {
      this.suppressed = suppressed;
    }

    /** Whether the model removes boxes that overlap itself. */
    public boolean suppressed() {
      return suppressed;
    }
  }

  public DetectorSpec {
    boolean shares = confidence >= 0 && confidence <= 1 && iou >= 0 && iou <= 1; // false for NaN
    if (!shares || most < 1 || most > LARGEST_MOST) {
      throw new IllegalArgumentException(
          "detector: confidence %s, iou %s, most %d (expected: 0 to 1, 0 to 1, 1 to %d)"
              .formatted(confidence, iou, most, LARGEST_MOST));
    }
  }

  /** One that sees the whole image at once. */
  public DetectorSpec(Output output, double confidence, double iou, int most) {
    this(output, confidence, iou, most, Optional.empty());
  }

  /** With what holds where the file does not say. */
  public static DetectorSpec of(Output output) {
    return new DetectorSpec(output, DEFAULT_CONFIDENCE, DEFAULT_IOU, DEFAULT_MOST);
  }

  /** Changes when a detection could. */
  public String canonical() {
    return "fovea-detector-1 %s confidence=%s iou=%s most=%d%s"
        .formatted(
            output,
            Double.toHexString(confidence),
            output.suppressed() ? "-" : Double.toHexString(iou),
            most,
            tiles.map(spec -> " " + spec.canonical()).orElse(""));
  }

  /** Of {@link #canonical}. */
  public Digest digest() {
    return Digest.sha256(canonical().getBytes(StandardCharsets.UTF_8));
  }
}
