package dev.fovea.vision.robustness;

import dev.fovea.kernel.ByteSize;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.Frame;
import dev.fovea.vision.ImageDecoder;
import dev.fovea.vision.ImageLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Compression: the picture as a JPEG file of quality {@code 1 - strength}, as the JDK's writer
 * (libjpeg 6b; the quality is libjpeg's from 0 to 100, chroma halved in both directions) has it,
 * and decoded by Fovea's own decoder. Pillow, which has libjpeg-turbo, makes the same of the
 * pictures that the tests hold against it. Every strength above 0 compresses, also the smallest: at
 * quality 1 too samples are rounded and chroma is halved.
 *
 * @param strength a share, 0 (the picture itself, not compressed) to 0.99
 */
record JpegLoss(double strength) implements Corruption {
  /** Whatever was decoded may be compressed: a file of noise is larger than most that are read. */
  private static final ImageLimits OWN_FILE =
      new ImageLimits(ByteSize.of(Integer.MAX_VALUE), 65_535, Integer.MAX_VALUE);

  @Override
  public Frame apply(Frame frame) {
    return strength == 0 ? frame : decoded(encoded(frame));
  }

  private byte[] encoded(Frame frame) {
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var file = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(file)) {
      var param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality((float) (1 - strength));
      writer.setOutput(out);
      writer.write(null, new IIOImage(image(frame), null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s could not be written as JPEG in memory".formatted(frame), e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  private static BufferedImage image(Frame frame) {
    var image =
        new BufferedImage(
            frame.width(),
            frame.height(),
            frame.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    var samples = frame.samples();
    int row = frame.width() * frame.channels();
    var line = new int[row];
    for (int y = 0; y < frame.height(); y++) {
      for (int i = 0; i < row; i++) {
        line[i] = samples[y * row + i] & 0xff;
      }
      image.getRaster().setPixels(0, y, frame.width(), 1, line);
    }
    return image;
  }

  private static Frame decoded(byte[] file) {
    return switch (new ImageDecoder(OWN_FILE).decode(file)) {
      case Decoding.Readable(_, var frame) -> frame;
      case Decoding.Refused(_, var why) ->
          throw new IllegalStateException("JPEG of the JDK's writer does not decode: " + why);
    };
  }
}
