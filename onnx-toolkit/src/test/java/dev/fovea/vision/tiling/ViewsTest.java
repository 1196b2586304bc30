package dev.fovea.vision.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.teamfile.TilesSpec;
import dev.fovea.teamfile.TilesSpec.Match;
import dev.fovea.teamfile.TilesSpec.Merge;
import dev.fovea.vision.Frame;
import dev.fovea.vision.detection.Detection;
import dev.fovea.vision.detection.Detections;
import dev.fovea.vision.preprocess.FrameSizeMismatch;
import dev.fovea.vision.preprocess.Preprocessor;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ViewsTest {
  private static final PreprocessSpec LETTERBOX = preprocess(Resize.LETTERBOX);

  @Test
  void preprocessesEachTileAsAnImageOfItsOwn() {
    var image = image(50, 20);
    var views = new Views(image, LETTERBOX, Optional.of(TilesSpec.of(20, 16)));
    // Columns begin at 0, 16 and 30, rows at 0 and 4.
    assertThat(views.size()).isEqualTo(7);
    assertThat(views.input(5)).containsExactly(expected(image.cut(30, 4, 20, 16)));
    assertThat(views.fitting(5).imageWidth()).isEqualTo(20);
    assertThat(views.input(6)).as("the whole").containsExactly(expected(image));
    assertThat(views.fitting(6).imageHeight()).isEqualTo(20);
    assertThat(views.length()).isEqualTo(16 * 16);
  }

  @Test
  void isTheImageWhereThereAreNoTiles() {
    var image = image(50, 20);
    var views = new Views(image, LETTERBOX, Optional.empty());
    assertThat(views.size()).isEqualTo(1);
    assertThat(views.input(0)).containsExactly(expected(image));
    var twice =
        new Detections(
            List.of(new Detection(0, 0.5, 0, 0, 9, 9), new Detection(0, 0.4, 0, 0, 9, 9)), 3);
    assertThat(views.detections(1, _ -> twice))
        .as("nothing is merged or left out: the detector's reader did that")
        .isSameAs(twice);
  }

  @Test
  void shiftsWhatIsFoundInATileAndMergesIt() {
    var views = new Views(image(50, 20), LETTERBOX, Optional.of(TilesSpec.of(20, 16)));
    // An object at (17, 5) to (20, 9) that the tiles at 0 and 16 see, both rows of them.
    var found =
        views.detections(
            10,
            place ->
                switch (place) {
                  case 0 -> one(0.5, 17, 5, 20, 9);
                  case 1 -> one(0.6, 1, 5, 4, 9);
                  case 3 -> one(0.7, 17, 1, 20, 5);
                  case 4 -> one(0.8, 1, 1, 4, 5);
                  case 5 -> one(0.9, 10, 10, 20, 16);
                  default -> new Detections(List.of(), 1);
                });
    assertThat(found.found())
        .containsExactly(
            new Detection(0, 0.9, 40, 14, 50, 20), new Detection(0, 0.8, 17, 5, 20, 9));
    assertThat(found.unusable()).isEqualTo(2);
  }

  @Test
  void keepsPixelsWhereNothingIsResized() {
    var none = preprocess(Resize.NONE);
    var tiles = new TilesSpec(16, 16, 0.25, false, Merge.NMS, Match.IOU, 0.5);
    var image = image(40, 16);
    var views = new Views(image, none, Optional.of(tiles));
    assertThat(views.size()).isEqualTo(3);
    assertThat(views.input(2)[0]).isEqualTo((float) image.sample(24, 0, 0));
    assertThatThrownBy(() -> new Views(image(40, 15), none, Optional.of(tiles)))
        .isInstanceOf(FrameSizeMismatch.class)
        .hasMessageContaining("16 x 15 px (expected: 16 x 16)");
  }

  @Test
  void refusesAnImageOfTooManyTilesBeforeAnythingIsMade() {
    assertThatThrownBy(
            () -> new Views(image(600, 600), LETTERBOX, Optional.of(TilesSpec.of(16, 16))))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("image of 600 x 600 px: 2,116 tiles");
  }

  private static float[] expected(Frame frame) {
    return new Preprocessor(LETTERBOX).apply(frame);
  }

  private static Detections one(double score, int x1, int y1, int x2, int y2) {
    return new Detections(List.of(new Detection(0, score, x1, y1, x2, y2)), 0);
  }

  private static Frame image(int width, int height) {
    var samples = new byte[width * height];
    var random = new SplittableRandom(7);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) random.nextInt();
    }
    return Frame.of(width, height, 1, samples);
  }

  private static PreprocessSpec preprocess(Resize resize) {
    return new PreprocessSpec(resize, 16, 16, Colour.GREY, 1, List.of(0.0), List.of(1.0));
  }
}
