package dev.fovea.datasets.quality.images;

import dev.fovea.vision.Decoding;
import dev.fovea.vision.Decoding.Reason;
import dev.fovea.vision.DifferenceHash;
import dev.fovea.vision.Frame;
import dev.fovea.vision.ImageDecoder;
import dev.fovea.vision.ImageLimits;
import dev.fovea.vision.ImageTraits;

/** Really decodes an image, by the decoder that training and serving use. */
final class ImageInspector {
  private static final long SMALL_PIXELS = 4_000_000;
  private static final ImageLimits LARGE = ImageLimits.DEFAULT;
  private static final ImageLimits SMALL =
      new ImageLimits(LARGE.fileSize(), LARGE.side(), SMALL_PIXELS);

  private final ImageDecoder small = new ImageDecoder(SMALL);
  private final ImageDecoder large = new ImageDecoder(LARGE);
  private final Object oneAtATime = new Object();

  ImageVerdict inspect(byte[] bytes) {
    var decoding = small.decode(bytes);
    if (decoding instanceof Decoding.Refused(var reason, _) && reason == Reason.TOO_LARGE) {
      // Decoding takes up to twelve bytes a pixel: several threads must not do this at a time.
      synchronized (oneAtATime) {
        decoding = large.decode(bytes);
      }
    }
    var traits = ImageTraits.of(bytes);
    return switch (decoding) {
      case Decoding.Readable(_, Frame frame) ->
          new ImageVerdict("", frame.width(), frame.height(), DifferenceHash.of(frame), traits);
      case Decoding.Refused(var reason, var explanation) ->
          ImageVerdict.faulty(words(reason) + ": " + explanation, traits);
    };
  }

  private static String words(Reason reason) {
    return switch (reason) {
      case EMPTY -> "is empty";
      case TOO_LARGE -> "is too large";
      case NOT_AN_IMAGE -> "is no image";
      case TRUNCATED -> "is cut short";
      case CORRUPT -> "is damaged";
      case UNSUPPORTED -> "is of a kind that models are not fed with";
    };
  }
}
