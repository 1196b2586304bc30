package dev.fovea.serving;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Encoded images of one brightness. */
final class Images {
  private Images() {}

  /** A grey PNG, its brightness 0 to 255. */
  static byte[] png(int brightness, int size) {
    var image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.setColor(new Color(brightness, brightness, brightness));
    graphics.fillRect(0, 0, size, size);
    graphics.dispose();
    try {
      var out = new ByteArrayOutputStream();
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
