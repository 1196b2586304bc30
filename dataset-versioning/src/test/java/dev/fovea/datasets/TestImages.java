package dev.fovea.datasets;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.ImageIO;

/** Images made of coloured blocks; the same seed gives the same picture. */
public final class TestImages {
  private static final int BLOCKS = 8;

  private TestImages() {}

  public static byte[] png(int seed) {
    return encoded("png", 16, 16, seed);
  }

  /** A JPEG that says that it is to be shown turned. */
  public static byte[] turned(int width, int height, int seed, int orientation) {
    var jpeg = encoded("jpg", width, height, seed);
    var exif =
        ByteBuffer.allocate(36)
            .putShort((short) 0xffe1)
            .putShort((short) 34)
            .put("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1))
            .putInt(8)
            .putShort((short) 1)
            .putShort((short) 0x0112)
            .putShort((short) 3)
            .putInt(1)
            .putShort((short) orientation);
    return ByteBuffer.allocate(jpeg.length + exif.capacity())
        .put(jpeg, 0, 2)
        .put(exif.array())
        .put(jpeg, 2, jpeg.length - 2)
        .array();
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
