package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.Frame;
import dev.fovea.vision.ImageDecoder;
import dev.fovea.vision.preprocess.Fitting;
import dev.fovea.vision.preprocess.Preprocessor;
import java.io.IOException;
import java.util.List;

/**
 * Images of a dataset as a model's inputs: decoded and preprocessed as the team file says, one at a
 * time.
 */
public final class Pictures {
  private static final long LIMIT_BYTES = 64L << 20;

  private final ObjectStore objects;
  private final PreprocessSpec spec;
  private final ImageDecoder decoder = ImageDecoder.withDefaultLimits();
  private final Preprocessor preprocessor;

  /**
   * An image as a model's input.
   *
   * @param input of {@link #shape}
   * @param fitting where the image lies in it
   */
  public record Picture(FloatTensor input, Fitting fitting) {}

  public Pictures(ObjectStore objects, PreprocessSpec spec) {
    this.objects = objects;
    this.spec = spec;
    this.preprocessor = new Preprocessor(spec);
  }

  /** The shape of one image: batch 1, channels, height, width. */
  public static List<Long> shape(PreprocessSpec spec) {
    return List.of(1L, (long) spec.colour().channels(), (long) spec.height(), (long) spec.width());
  }

  /** A picture of zeros, as large as the input. */
  static Picture black(PreprocessSpec spec) {
    var zeros = new FloatTensor(axes(spec), new float[new Preprocessor(spec).length()]);
    return new Picture(
        zeros, new Fitting(spec.width(), spec.height(), 0, 0, spec.width(), spec.height()));
  }

  /** One image as a tensor of {@link #shape}. */
  public FloatTensor tensor(Sample sample) throws IOException {
    return picture(sample).input();
  }

  /**
   * One image as the model sees it.
   *
   * @throws InvalidRequest when it doesn't decode
   */
  public Picture picture(Sample sample) throws IOException {
    return picture(frame(sample));
  }

  /** A decoded image as the model sees it. */
  Picture picture(Frame frame) {
    return new Picture(
        new FloatTensor(axes(spec), preprocessor.apply(frame)),
        Fitting.of(spec, frame.width(), frame.height()));
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
