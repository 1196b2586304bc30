package dev.fovea.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.vision.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FittingTest {
  /**
   * Each line: resize, input, image; then left, top, width and height in the input, by hand. 135
   * rows halved are 67.5, so 68; 500 - 495 leaves 5 rows, 2 above and 3 below.
   */
  @ParameterizedTest
  @CsvSource({
    "LETTERBOX, 640, 640, 640, 480,   0, 80, 640, 480",
    "LETTERBOX, 101, 101, 202, 135,   0, 16, 101, 68",
    "LETTERBOX, 101, 101, 135, 202,  16,  0, 68, 101",
    "LETTERBOX, 303, 260, 101,  67,   0, 29, 303, 201",
    "LETTERBOX, 661, 500, 333, 249,   0,  3, 661, 494",
    "LETTERBOX,  64,  64, 9000,  1,   0, 31, 64, 1",
    "STRETCH,   640, 320, 333, 217,   0,  0, 640, 320",
    "NONE,       31,  17,  31,  17,   0,  0, 31, 17",
  })
  void saysWhereThePictureLies(
      Resize resize,
      int inputWidth,
      int inputHeight,
      int imageWidth,
      int imageHeight,
      int left,
      int top,
      int width,
      int height) {
    var fitting = Fitting.of(spec(resize, inputWidth, inputHeight), imageWidth, imageHeight);
    assertThat(fitting).isEqualTo(new Fitting(imageWidth, imageHeight, left, top, width, height));
    assertThat(fitting.imageX(left)).isZero();
    assertThat(fitting.imageY(top)).isZero();
    assertThat(fitting.imageX(left + width)).as("its last pixel's end").isEqualTo(imageWidth);
    assertThat(fitting.imageY(top + height)).isEqualTo(imageHeight);
  }

  @Test
  void hasAScaleForEachSideSinceEachIsRoundedByItself() {
    var fitting = Fitting.of(spec(Resize.LETTERBOX, 101, 101), 202, 135);
    assertThat(fitting.imageX(50.5)).isEqualTo(101);
    assertThat(fitting.imageY(16 + 34)).isEqualTo(67.5);
    assertThat(fitting.imageY(16 + 17)).isEqualTo(33.75);
    assertThat(fitting.imageY(0)).as("padding is outside").isCloseTo(-31.7647, within(1e-4));
  }

  /**
   * Draws a white rectangle, prepares the image as for a model, finds the rectangle in the input,
   * and finds it again in the image: to the pixel, wherever it is, for odd sizes and odd padding.
   */
  @ParameterizedTest
  @CsvSource({
    "LETTERBOX, 303, 260, 101, 67", "LETTERBOX, 260, 303, 67, 101", "LETTERBOX, 335, 512, 67, 99",
    "LETTERBOX, 61, 48, 61, 47", "STRETCH, 303, 201, 101, 67", "NONE, 101, 67, 101, 67",
  })
  void findsARectangleAgainToItsLastPixel(
      Resize resize, int inputWidth, int inputHeight, int imageWidth, int imageHeight) {
    var spec = spec(resize, inputWidth, inputHeight);
    var fitting = Fitting.of(spec, imageWidth, imageHeight);
    int[][] rectangles = {
      {0, 0, 5, 7},
      {imageWidth - 6, imageHeight - 4, imageWidth, imageHeight},
      {0, 0, imageWidth, imageHeight},
      {13, 11, 14, 29},
      {30, 22, 45, 41}
    };
    for (var rectangle : rectangles) {
      var input = new Preprocessor(spec).apply(drawn(imageWidth, imageHeight, rectangle));
      var seen = bright(input, inputWidth);
      assertThat(
              new int[] {
                (int) fitting.imageX(seen[0]),
                (int) fitting.imageY(seen[1]),
                (int) fitting.imageX(seen[2]),
                (int) fitting.imageY(seen[3])
              })
          .containsExactly(rectangle);
      assertThat(fitting.imageX(seen[2])).isCloseTo(rectangle[2], within(1e-9));
      assertThat(fitting.imageY(seen[3])).isCloseTo(rectangle[3], within(1e-9));
    }
  }

  @Test
  void refusesAnotherSizeWhereNothingIsResized() {
    assertThatThrownBy(() -> Fitting.of(spec(Resize.NONE, 8, 8), 9, 8))
        .isInstanceOf(FrameSizeMismatch.class)
        .hasMessageContaining("9 x 8 px (expected: 8 x 8)");
    assertThatThrownBy(() -> new Fitting(0, 8, 0, 0, 8, 8))
        .hasMessageContaining("picture of 0 x 8 px at (0, 0), 8 x 8 px of the input");
  }

  private static PreprocessSpec spec(Resize resize, int width, int height) {
    return new PreprocessSpec(resize, width, height, Colour.GREY, 1, List.of(0.0), List.of(1.0));
  }

  private static Frame drawn(int width, int height, int[] rectangle) {
    var pixels = new byte[width * height];
    for (int y = rectangle[1]; y < rectangle[3]; y++) {
      for (int x = rectangle[0]; x < rectangle[2]; x++) {
        pixels[y * width + x] = -1;
      }
    }
    return Frame.of(width, height, 1, pixels);
  }

  /** Around all that is brighter than the grey of the padding and half of white. */
  private static int[] bright(float[] input, int width) {
    var around = new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0};
    for (int i = 0; i < input.length; i++) {
      if (input[i] > 127.5) {
        around[0] = Math.min(around[0], i % width);
        around[1] = Math.min(around[1], i / width);
        around[2] = Math.max(around[2], i % width + 1);
        around[3] = Math.max(around[3], i / width + 1);
      }
    }
    return around;
  }
}
