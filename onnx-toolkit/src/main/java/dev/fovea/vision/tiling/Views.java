package dev.fovea.vision.tiling;

import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.TilesSpec;
import dev.fovea.vision.Frame;
import dev.fovea.vision.detection.Detections;
import dev.fovea.vision.preprocess.Fitting;
import dev.fovea.vision.preprocess.Preprocessor;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * One image as a model sees it: at once, or one view after the other where it is in tiles.
 * Evaluation and serving both go through here, so that they see and merge alike. An input is made
 * when it is asked for, and not kept.
 */
public final class Views {
  private final Frame frame;
  private final Preprocessor preprocessor;
  private final Optional<TilesSpec> spec;
  private final List<View> views;

  /** A part of the image, and where it lies in the model's input. */
  private record View(Tile tile, Fitting fitting) {}

  /**
   * The views of a decoded image.
   *
   * @param tiles in which it is seen; absent where the whole is seen at once
   * @throws dev.fovea.kernel.InvalidRequest when it has too many tiles
   * @throws dev.fovea.vision.preprocess.FrameSizeMismatch when the preprocessing resizes nothing
   *     and a view has another size than the input
   */
  public Views(Frame frame, PreprocessSpec preprocess, Optional<TilesSpec> tiles) {
    this.frame = frame;
    this.preprocessor = new Preprocessor(preprocess);
    this.spec = tiles;
    int width = frame.width();
    int height = frame.height();
    this.views =
        tiles
            .map(each -> Tiling.of(each, width, height))
            .orElseGet(() -> List.of(new Tile(0, 0, width, height)))
            .stream()
            .map(tile -> new View(tile, Fitting.of(preprocess, tile.width(), tile.height())))
            .toList();
  }

  /** How many there are, 1 or more: as often the model runs. */
  public int size() {
    return views.size();
  }

  /** How many numbers the input of one view has. */
  public int length() {
    return preprocessor.length();
  }

  /**
   * The model's input for one view.
   *
   * @param place 0 to before {@link #size}
   * @return {@link #length} values, channel by channel, rows from the top
   */
  public float[] input(int place) {
    return preprocessor.apply(views.get(place).tile().of(frame));
  }

  /** Where the view's part of the image lies in that input. */
  public Fitting fitting(int place) {
    return views.get(place).fitting();
  }

  /**
   * What a detector finds in the image: in its only view, or merged from all of them.
   *
   * @param most how many detections stay, the surest
   * @param detector what is found in the view of a place, in pixels of that view's part of the
   *     image
   */
  public Detections detections(int most, IntFunction<Detections> detector) {
    if (spec.isEmpty()) {
      return detector.apply(0);
    }
    var gathered = new TiledDetections(spec.get(), most);
    for (int place = 0; place < views.size(); place++) {
      gathered.add(views.get(place).tile(), detector.apply(place));
    }
    return gathered.merged();
  }
}
