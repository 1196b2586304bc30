package dev.fovea.datasets;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Images made of coloured blocks; the same seed gives the same picture. */
public final class TestImages {
  private static final int BLOCKS = 8;

  private TestImages() {}

  public static byte[] png(int seed) {
    return encoded("png", 16, 16, seed);
  }

  public static byte[] encoded(String format, int width, int height, int seed) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var random = new Random(seed);
    var graphics = image.createGraphics();
    for (int i = 0; i < BLOCKS * BLOCKS; i++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      int x = i % BLOCKS;
      int y = i / BLOCKS;
      graphics.fillRect(
          x * width / BLOCKS, y * height / BLOCKS, width / BLOCKS + 1, height / BLOCKS + 1);
    }
    graphics.dispose();
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
