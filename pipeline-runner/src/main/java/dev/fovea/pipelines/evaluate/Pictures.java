package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.ImageDecoder;
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

  public Pictures(ObjectStore objects, PreprocessSpec spec) {
    this.objects = objects;
    this.spec = spec;
    this.preprocessor = new Preprocessor(spec);
  }

  /** The shape of one image: batch 1, channels, height, width. */
  public static List<Long> shape(PreprocessSpec spec) {
    return List.of(1L, (long) spec.colour().channels(), (long) spec.height(), (long) spec.width());
  }

  /**
   * One image as a tensor of {@link #shape}.
   *
   * @throws InvalidRequest when it doesn't decode
   */
  public FloatTensor tensor(Sample sample) throws IOException {
    return switch (decoder.decode(objects.bytes(sample.image(), LIMIT_BYTES))) {
      case Decoding.Readable(_, var frame) ->
          new FloatTensor(
              shape(spec).stream().mapToLong(Long::longValue).toArray(), preprocessor.apply(frame));
      case Decoding.Refused(_, var why) ->
          throw new InvalidRequest(
              "image '%s' does not decode: %s".formatted(Text.excerpt(sample.path()), why),
              "replace or remove the image and push the dataset again");
    };
  }
}
