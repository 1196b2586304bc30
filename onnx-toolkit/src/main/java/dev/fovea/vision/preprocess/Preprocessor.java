package dev.fovea.vision.preprocess;

import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.vision.Frame;
import java.util.Arrays;

/**
 * Executes a {@link PreprocessSpec}: channels first, then the resize on 8-bit samples, then {@code
 * (sample · scale − mean) / std} in double, cast to float. The result is one picture in CHW order.
 */
public final class Preprocessor {
  private static final byte LETTERBOX_GREY = 114;

  private final PreprocessSpec spec;

  public Preprocessor(PreprocessSpec spec) {
    this.spec = spec;
  }

  /** How many floats a picture becomes: channels · height · width. */
  public int length() {
    return spec.colour().channels() * spec.height() * spec.width();
  }

  /**
   * One picture's input.
   *
   * @return {@link #length} values, channel by channel, rows from the top
   * @throws FrameSizeMismatch when the spec resizes nothing and the picture has another size
   */
  public float[] apply(Frame frame) {
    var input = new float[length()];
    write(frame, input, 0);
    return input;
  }

  /**
   * Writes one picture's input into a batch.
   *
   * @param batch in NCHW order
   * @param offset where this picture begins, in floats
   * @throws FrameSizeMismatch when the spec resizes nothing and the picture has another size
   */
  public void write(Frame frame, float[] batch, int offset) {
    var fitted = fitted(spec.colour() == Colour.GREY ? frame.grey() : frame.rgb());
    int channels = spec.colour().channels();
    int pixels = spec.width() * spec.height();
    var samples = fitted.samples();
    for (int c = 0; c < channels; c++) {
      int source = spec.colour() == Colour.BGR ? channels - 1 - c : c;
      double mean = spec.mean().get(c);
      double std = spec.std().get(c);
      for (int p = 0; p < pixels; p++) {
        int sample = samples[p * channels + source] & 0xff;
        batch[offset + c * pixels + p] = (float) ((sample * spec.scale() - mean) / std);
      }
    }
  }

  private Frame fitted(Frame frame) {
    var fitting = Fitting.of(spec, frame.width(), frame.height());
    var inner = BilinearResize.to(frame, fitting.width(), fitting.height());
    return spec.resize() == Resize.LETTERBOX ? padded(inner, fitting) : inner;
  }

  private Frame padded(Frame inner, Fitting fitting) {
    var samples = inner.samples();
    int channels = inner.channels();
    int row = inner.width() * channels;
    var padded = new byte[spec.width() * spec.height() * channels];
    Arrays.fill(padded, LETTERBOX_GREY);
    for (int y = 0; y < inner.height(); y++) {
      int at = ((fitting.top() + y) * spec.width() + fitting.left()) * channels;
      System.arraycopy(samples, y * row, padded, at, row);
    }
    return Frame.of(spec.width(), spec.height(), channels, padded);
  }
}
