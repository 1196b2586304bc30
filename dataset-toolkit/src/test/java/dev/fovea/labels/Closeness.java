package dev.fovea.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.format.Feature;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;

/** Compares labels whose coordinates may have moved a little. */
public final class Closeness {
  private Closeness() {}

  /**
   * @param tolerance in parts of the image's larger side
   */
  public static void assertClose(LabelledImage actual, LabelledImage expected, double tolerance) {
    var size = expected.size().orElseThrow();
    double pixels = tolerance * Math.max(size.width(), size.height());
    assertThat(actual.annotations()).hasSameSizeAs(expected.annotations());
    for (int i = 0; i < actual.annotations().size(); i++) {
      var left = actual.annotations().get(i);
      var right = expected.annotations().get(i);
      assertThat(left.label()).isEqualTo(right.label());
      assertThat(left.traits()).isEqualTo(right.traits());
      assertThat(left.keypoints().stream().map(Keypoint::visibility))
          .isEqualTo(right.keypoints().stream().map(Keypoint::visibility).toList());
      assertThat(Feature.of(left.shape())).isEqualTo(Feature.of(right.shape()));
      assertThat(numbers(left)).containsExactly(numbers(right), Offset.offset(pixels));
    }
  }

  private static double[] numbers(Annotation annotation) {
    var shape =
        switch (annotation.shape()) {
          case Box box -> DoubleStream.of(box.corners().toArray());
          case Polygons polygons ->
              polygons.parts().stream().flatMapToDouble(part -> DoubleStream.of(part.toArray()));
          default -> DoubleStream.empty();
        };
    return DoubleStream.concat(
            shape,
            annotation.keypoints().stream()
                .flatMapToDouble(point -> DoubleStream.of(point.x(), point.y())))
        .toArray();
  }
}
