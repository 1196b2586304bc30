package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.TilesSpec;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.Frame;
import dev.fovea.vision.ImageDecoder;
import dev.fovea.vision.preprocess.Preprocessor;
import dev.fovea.vision.tiling.Views;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Images of a dataset as a model's inputs: decoded and preprocessed as the team file says, one at a
 * time.
 */
public final class Pictures {
  private static final long LIMIT_BYTES = 64L << 20;
  private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

  private final ObjectStore objects;
  private final PreprocessSpec spec;
  private final ImageDecoder decoder = ImageDecoder.withDefaultLimits();
  private final Optional<TilesSpec> tiles;

  public Pictures(ObjectStore objects, PreprocessSpec spec) {
    this(objects, spec, Optional.empty());
  }

  /**
   * @param detector whose model sees them, by which they may be in tiles; absent for a classifier
   */
  public Pictures(ObjectStore objects, PreprocessSpec spec, Optional<DetectorSpec> detector) {
    this.objects = objects;
    this.spec = spec;
    this.tiles = detector.flatMap(DetectorSpec::tiles);
  }

  /** The shape of one image: batch 1, channels, height, width. */
  public static List<Long> shape(PreprocessSpec spec) {
    return List.of(1L, (long) spec.colour().channels(), (long) spec.height(), (long) spec.width());
  }

  /** An input of zeros. */
  static FloatTensor black(PreprocessSpec spec) {
    return new FloatTensor(axes(spec), new float[new Preprocessor(spec).length()]);
  }

  /** One image as a tensor of {@link #shape}. */
  public FloatTensor tensor(Sample sample) throws IOException {
    return picture(sample).input();
  }

  /**
   * One view of an image as a tensor of {@link #shape}: the image, where it is not in tiles.
   *
   * @param turn of the image among those of which one view each is taken, 0 or more: by it the view
   *     is chosen, spread evenly over the places whatever the number of views (Weyl's sequence of
   *     the golden ratio)
   */
  public FloatTensor tensor(Sample sample, int turn) throws IOException {
    var picture = picture(sample);
    double share = turn * GOLDEN_RATIO % 1;
    return picture.input((int) (share * picture.views().size()));
  }

  /**
   * One image as the model sees it.
   *
   * @throws InvalidRequest when it doesn't decode, or has too many tiles
   */
  public Picture picture(Sample sample) throws IOException {
    var frame = frame(sample);
    try {
      return picture(frame);
    } catch (InvalidRequest e) {
      throw new InvalidRequest(
          "'%s': %s".formatted(Text.excerpt(sample.path()), e.explanation()), e.remedy());
    }
  }

  /** A decoded image as the model sees it. */
  Picture picture(Frame frame) {
    return new Picture(new Views(frame, spec, tiles), axes(spec));
  }

  /**
   * One image, decoded.
   *
   * @throws InvalidRequest when it doesn't decode
   */
  Frame frame(Sample sample) throws IOException {
    return switch (decoder.decode(objects.bytes(sample.image(), LIMIT_BYTES))) {
      case Decoding.Readable(_, var frame) -> frame;
      case Decoding.Refused(_, var why) ->
          throw new InvalidRequest(
              "image '%s' does not decode: %s".formatted(Text.excerpt(sample.path()), why),
              "replace or remove the image and push the dataset again");
    };
  }

  private static long[] axes(PreprocessSpec spec) {
    return shape(spec).stream().mapToLong(Long::longValue).toArray();
  }
}
