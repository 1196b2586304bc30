package dev.fovea.labels;

import dev.fovea.labels.Shape.Box;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** One marked point of an object, in pixels from the image's upper left corner. */
public record Keypoint(double x, double y, Visibility visibility) {
  /** COCO's three states. */
  public enum Visibility {
    /** Not labelled; its place means nothing, and is (0, 0) in most files. */
    ABSENT(0),
    /** Labelled, but hidden. */
    HIDDEN(1),
    VISIBLE(2);

    private final int number;

    Visibility(int number) {
      this.number = number;
    }

    /** COCO's number for it. */
    public int number() {
      return number;
    }

    /** By COCO's number: 0, 1 or 2. Absent for any other. */
    public static Optional<Visibility> of(double number) {
      return Arrays.stream(values()).filter(each -> each.number == number).findFirst();
    }
  }

  /** A keypoint that is not labelled. */
  public static final Keypoint ABSENT = new Keypoint(0, 0, Visibility.ABSENT);

  public Keypoint {
    x += 0.0; // -0.0 becomes 0.0, so that equal places are equal records
    y += 0.0;
  }

  /** The smallest box around those that are labelled; absent where none is. */
  static Optional<Box> bounds(List<Keypoint> keypoints) {
    return Coordinates.of(
            keypoints.stream()
                .filter(point -> point.visibility() != Visibility.ABSENT)
                .flatMapToDouble(point -> DoubleStream.of(point.x(), point.y()))
                .toArray())
        .bounds();
  }
}
