package dev.fovea.web.picture;

import dev.fovea.vision.Decoding;
import dev.fovea.vision.Frame;
import dev.fovea.vision.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A picture made small and written anew, so that nothing of its file but the pixels goes on.
 *
 * @param address of its own bytes: {@code data:image/png;base64,…}
 * @param width of the picture that it was made of, in pixels, as {@code height}
 * @param pixelated whether the picture was so small that its pixels are to be seen as such
 */
record Thumbnail(String address, int width, int height, boolean pixelated) {
  /** The longest side of what is kept, in pixels. */
  static final int SIDE = 240;

  private static final int FEW_PIXELS = 64;
  private static final ImageDecoder DECODER = ImageDecoder.withDefaultLimits();

  /** Absent where the file is no picture. */
  static Optional<Thumbnail> of(byte[] file) throws IOException {
    return switch (DECODER.decode(file)) {
      case Decoding.Readable(_, var frame) -> Optional.of(of(frame));
      case Decoding.Refused _ -> Optional.empty();
    };
  }

  private static Thumbnail of(Frame frame) throws IOException {
    int longest = Math.max(frame.width(), frame.height());
    double factor = longest > SIDE ? SIDE / (double) longest : 1;
    var small =
        shrunk(
            frame,
            Math.max(1, (int) Math.round(frame.width() * factor)),
            Math.max(1, (int) Math.round(frame.height() * factor)));
    return new Thumbnail(
        "data:image/png;base64," + Base64.getEncoder().encodeToString(png(small)),
        frame.width(),
        frame.height(),
        longest <= FEW_PIXELS);
  }

  /** Each pixel is the mean of those that it stands for. */
  private static BufferedImage shrunk(Frame frame, int width, int height) {
    boolean grey = frame.channels() == 1;
    var image =
        new BufferedImage(
            width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    var raster = image.getRaster();
    for (int y = 0; y < height; y++) {
      int top = from(y, frame.height(), height);
      int bottom = Math.max(top + 1, from(y + 1, frame.height(), height));
      for (int x = 0; x < width; x++) {
        int left = from(x, frame.width(), width);
        int right = Math.max(left + 1, from(x + 1, frame.width(), width));
        for (int c = 0; c < frame.channels(); c++) {
          raster.setSample(x, y, c, mean(frame, left, top, right, bottom, c));
        }
      }
    }
    return image;
  }

  private static int from(int place, int pixels, int places) {
    return (int) ((long) place * pixels / places);
  }

  private static int mean(Frame frame, int left, int top, int right, int bottom, int channel) {
    long sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += frame.sample(x, y, channel);
      }
    }
    long count = (long) (right - left) * (bottom - top);
    return (int) ((sum + count / 2) / count);
  }

  private static byte[] png(BufferedImage image) throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("png").next();
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(image);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
