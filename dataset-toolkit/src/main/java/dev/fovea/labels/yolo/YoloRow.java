package dev.fovea.labels.yolo;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Decimals;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.format.LabelMistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;

/**
 * The numbers of one row: the class, and what follows.
 *
 * @param values behind the class's number
 */
@SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
record YoloRow(int number, double[] values) {
  private static final int MAX_CLASSES = 1 << 20;

  /** Parses a row; absent for a blank one. */
  static Optional<YoloRow> parse(String text, String file, int line, int most) throws LabelMistake {
    var tokens = new StringTokenizer(text);
    if (!tokens.hasMoreTokens()) {
      return Optional.empty();
    }
    if (tokens.countTokens() - 1 > most) {
      throw new LabelMistake(
          file, line, "%d columns (expected: at most %d)".formatted(tokens.countTokens(), most));
    }
    double number = number(tokens.nextToken(), file, line);
    if (number != Math.rint(number) || number < 0 || number > MAX_CLASSES) {
      throw new LabelMistake(
          file, line, "class %s (expected: a whole number from 0)".formatted(number));
    }
    var values = new double[tokens.countTokens()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(tokens.nextToken(), file, line);
    }
    return Optional.of(new YoloRow((int) number, values));
  }

  private static double number(String token, String file, int line) throws LabelMistake {
    return Decimals.parse(token)
        .orElseThrow(() ->
            new LabelMistake(
                file, line, "'%s' (expected: a number)".formatted(Text.excerpt(token))));
  }

  /** The first four numbers as a box around a centre. */
  Box box(ImageSize size) {
    double x = values[0] * size.width();
    double y = values[1] * size.height();
    double halfWidth = values[2] * size.width() / 2;
    double halfHeight = values[3] * size.height() / 2;
    return new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
  }

  /** All numbers as points. */
  Coordinates points(ImageSize size) {
    var pixels = values.clone();
    for (int i = 0; i < pixels.length; i += 2) {
      pixels[i] *= size.width();
      pixels[i + 1] *= size.height();
    }
    return Coordinates.of(pixels);
  }

  /**
   * What follows the box; empty where no point is marked.
   *
   * @param most how many points the class has; what follows them is padding
   * @param each how many numbers a point has: 2, with (0, 0) for one that is not marked, or 3
   */
  List<Keypoint> keypoints(ImageSize size, int most, int each) {
    var points = new ArrayList<Keypoint>();
    for (int i = 4; i < Math.min(values.length, 4 + most * each); i += each) {
      double x = values[i] * size.width();
      double y = values[i + 1] * size.height();
      boolean somewhere = x != 0 || y != 0;
      var visibility =
          each == 3
              ? Visibility.of(values[i + 2]).orElse(Visibility.VISIBLE)
              : somewhere ? Visibility.VISIBLE : Visibility.ABSENT;
      points.add(new Keypoint(x, y, visibility));
    }
    return points.stream().allMatch(Keypoint.ABSENT::equals) ? List.of() : points;
  }
}
