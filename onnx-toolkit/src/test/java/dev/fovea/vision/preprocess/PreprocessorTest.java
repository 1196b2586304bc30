package dev.fovea.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.vision.Frame;
import dev.fovea.vision.Golden;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorTest {
  @ParameterizedTest
  @CsvSource({"28, 28", "20, 64", "97, 20", "150, 110", "61, 43"})
  void resizesAsPillowDoesWithinOneUnit(int width, int height) throws IOException {
    var ours = BilinearResize.to(Golden.decoded("rgb.png"), width, height);
    var theirs = Golden.frame("resize-%dx%d".formatted(width, height));

    assertThat(Golden.largestDifference(ours, theirs)).isLessThanOrEqualTo(1);
    assertThat(Golden.meanDifference(ours, theirs)).isLessThan(0.01);
  }

  @Test
  void makesGreyAsPillowDoes() throws IOException {
    assertThat(Golden.decoded("rgb.png").grey()).isEqualTo(Golden.frame("luma"));
  }

  @Test
  void scalesThenSubtractsTheMeanThenDivides() {
    var frame = Frame.of(2, 1, 1, new byte[] {0, (byte) 255});
    var input = new Preprocessor(spec(Resize.NONE, 2, 1, Colour.GREY, 0.5, 0.5)).apply(frame);

    assertThat(input).containsExactly(-1f, 1f);
  }

  @Test
  void writesChannelAfterChannelInTheOrderThatTheModelWants() {
    var frame = Frame.of(2, 1, 3, new byte[] {1, 2, 3, 11, 12, 13});

    assertThat(new Preprocessor(raw(Colour.RGB)).apply(frame))
        .containsExactly(1f, 11f, 2f, 12f, 3f, 13f);
    assertThat(new Preprocessor(raw(Colour.BGR)).apply(frame))
        .containsExactly(3f, 13f, 2f, 12f, 1f, 11f);
  }

  @Test
  void repeatsGreyInEveryChannel() {
    var frame = Frame.of(2, 1, 1, new byte[] {7, 9});

    assertThat(new Preprocessor(raw(Colour.RGB)).apply(frame))
        .containsExactly(7f, 9f, 7f, 9f, 7f, 9f);
  }

  @Test
  void letterboxesInTheMiddleOnGrey114() {
    var white = Frame.of(4, 2, 1, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
    var input =
        new Preprocessor(
                new PreprocessSpec(
                    Resize.LETTERBOX, 4, 5, Colour.GREY, 1, List.of(0.0), List.of(1.0)))
            .apply(white);

    assertThat(input)
        .containsExactly(
            114, 114, 114, 114, 255, 255, 255, 255, 255, 255, 255, 255, 114, 114, 114, 114, 114,
            114, 114, 114);
  }

  @Test
  void writesIntoABatchAtItsPlaceAndNowhereElse() {
    var preprocessor = new Preprocessor(spec(Resize.NONE, 2, 1, Colour.GREY, 0, 1));
    var batch = new float[6];
    preprocessor.write(Frame.of(2, 1, 1, new byte[] {-1, -1}), batch, 2);

    assertThat(batch).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void refusesAnotherSizeWhereNothingIsResized() {
    var preprocessor = new Preprocessor(raw(Colour.GREY));

    assertThatThrownBy(() -> preprocessor.apply(Frame.of(3, 1, 1, new byte[3])))
        .isInstanceOf(FrameSizeMismatch.class)
        .hasMessage("image: 3 x 1 px (expected: 2 x 1)");
  }

  @Test
  void hasAnotherDigestWheneverAPixelCouldDiffer() {
    var spec = spec(Resize.STRETCH, 28, 28, Colour.GREY, 0.5, 0.5);

    assertThat(spec(Resize.STRETCH, 28, 28, Colour.GREY, 0.5, 0.5).digest())
        .isEqualTo(spec.digest());
    assertThat(spec(Resize.LETTERBOX, 28, 28, Colour.GREY, 0.5, 0.5).digest())
        .isNotEqualTo(spec.digest());
    assertThat(spec(Resize.STRETCH, 28, 27, Colour.GREY, 0.5, 0.5).digest())
        .isNotEqualTo(spec.digest());
    assertThat(spec(Resize.STRETCH, 28, 28, Colour.GREY, 0.5, 0.51).digest())
        .isNotEqualTo(spec.digest());
  }

  private static PreprocessSpec spec(
      Resize resize, int width, int height, Colour colour, double mean, double std) {
    return new PreprocessSpec(
        resize,
        width,
        height,
        colour,
        1 / 255.0,
        Collections.nCopies(colour.channels(), mean),
        Collections.nCopies(colour.channels(), std));
  }

  private static PreprocessSpec raw(Colour colour) {
    return new PreprocessSpec(
        Resize.NONE,
        2,
        1,
        colour,
        1,
        Collections.nCopies(colour.channels(), 0.0),
        Collections.nCopies(colour.channels(), 1.0));
  }
}
