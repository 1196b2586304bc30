package dev.fovea.serving.model;

import dev.fovea.serving.protocol.ProtocolError;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.ImageDecoder;
import dev.fovea.vision.ImageLimits;
import dev.fovea.vision.preprocess.Preprocessor;
import java.util.List;

/**
 * Turns PNG and JPEG files into the model's numbers, by the same code that evaluation and training
 * data go through.
 */
final class EncodedImages {
  private final ImageDecoder decoder;
  private final Preprocessor preprocessor;

  EncodedImages(PreprocessSpec spec, ImageLimits limits) {
    decoder = new ImageDecoder(limits);
    preprocessor = new Preprocessor(spec);
  }

  /** How many numbers an image becomes. */
  int length() {
    return preprocessor.length();
  }

  /**
   * Some of the images, one after the other, each channel by channel.
   *
   * @throws ProtocolError with status 400 when one is no image
   * @throws dev.fovea.vision.preprocess.FrameSizeMismatch when one has the wrong size and isn't to
   *     be resized
   */
  float[] batch(List<byte[]> images, int from, int count) {
    var batch = new float[count * preprocessor.length()];
    for (int i = 0; i < count; i++) {
      switch (decoder.decode(images.get(from + i))) {
        case Decoding.Readable readable ->
            preprocessor.write(readable.frame(), batch, i * preprocessor.length());
        case Decoding.Refused refused ->
            throw ProtocolError.badRequest(
                "image %d: %s".formatted(from + i, refused.explanation()));
      }
    }
    return batch;
  }
}
