package dev.fovea.datasets.quality;

import dev.fovea.kernel.Text;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Really decodes an image, after its header has told that this is affordable. */
final class ImageInspector {
  private static final long MAX_PIXELS = 40_000_000;
  private static final int MAX_SCANS = 200;
  private static final int DECODED_BYTES_PER_PIXEL = 8;
  private static final int PNG_HEADER_BYTES = 8;
  private static final int PNG_CHUNK_FRAME_BYTES = 12;

  // Megabytes that all decoding together may take at a time.
  private static final int BUDGET_MIB = 384;
  private final Semaphore budget = new Semaphore(BUDGET_MIB);

  ImageVerdict inspect(byte[] bytes) throws InterruptedException {
    if (bytes.length == 0) {
      return ImageVerdict.faulty("is empty (0 bytes)");
    }
    if (startsWith(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
      var fault = pngFault(bytes);
      return fault.isEmpty() ? decode("png", bytes) : ImageVerdict.faulty(fault);
    }
    if (startsWith(bytes, 0xff, 0xd8, 0xff)) {
      var fault = jpegFault(bytes);
      return fault.isEmpty() ? decode("jpeg", bytes) : ImageVerdict.faulty(fault);
    }
    return startsWith(bytes, 'B', 'M')
        ? decode("bmp", bytes)
        : ImageVerdict.faulty("does not decode: it is no PNG, JPEG or BMP, whatever its name says");
  }

  private ImageVerdict decode(String format, byte[] bytes) throws InterruptedException {
    var reader = ImageIO.getImageReadersByFormatName(format).next();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MAX_PIXELS) {
        return ImageVerdict.faulty(
            "is %d x %d px (expected: at most %d pixels)".formatted(reader.getWidth(0), reader.getHeight(0), MAX_PIXELS));
      }
      return decode(reader, pixels);
    } catch (IOException | RuntimeException e) {
      // The JDK's readers answer hostile files with all kinds of runtime exceptions.
      return ImageVerdict.faulty("does not decode: " + Text.excerpt(String.valueOf(e.getMessage())));
    } finally {
      reader.dispose();
    }
  }

  private ImageVerdict decode(ImageReader reader, long pixels) throws IOException, InterruptedException {
    var warning = new AtomicReference<>("");
    // libjpeg fills what is missing with grey and only warns.
    reader.addIIOReadWarningListener((_, text) -> warning.compareAndSet("", text));
    int share = (int) Math.min(BUDGET_MIB, 1 + pixels * DECODED_BYTES_PER_PIXEL / (1 << 20));
    budget.acquire(share);
    try {
      var image = reader.read(0);
      if (warning.get().contains("Premature end") || warning.get().contains("Corrupt")) {
        return ImageVerdict.faulty("is cut short or damaged: " + Text.excerpt(warning.get()));
      }
      return new ImageVerdict("", image.getWidth(), image.getHeight(), DifferenceHash.of(image));
    } finally {
      budget.release(share);
    }
  }

  // The JDK checks no checksum and accepts a file without its end.
  private static String pngFault(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes).position(PNG_HEADER_BYTES);
    var crc = new CRC32();
    while (buffer.remaining() >= PNG_CHUNK_FRAME_BYTES) {
      int length = buffer.getInt();
      int type = buffer.getInt(buffer.position());
      if (length < 0 || length > buffer.remaining() - 8) {
        break;
      }
      crc.reset();
      crc.update(bytes, buffer.position(), length + 4);
      buffer.position(buffer.position() + length + 4);
      if (buffer.getInt() != (int) crc.getValue()) {
        return "is damaged: a PNG chunk before byte %d does not match its checksum".formatted(buffer.position());
      }
      if (type == 0x49454e44) { // IEND
        return "";
      }
    }
    return "is cut short: a PNG without its end after %d bytes".formatted(bytes.length);
  }

  // A progressive JPEG can ask for thousands of passes over all its pixels; one that is cut in its last rows decodes without a word.
  private static String jpegFault(byte[] bytes) {
    int scans = 0;
    boolean ended = false;
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xff && bytes[i + 1] == (byte) 0xda) {
        scans++;
        ended = false;
      } else if (bytes[i] == (byte) 0xff && bytes[i + 1] == (byte) 0xd9) {
        ended = true;
      }
    }
    if (scans > MAX_SCANS) {
      return "is a JPEG of more than %d scans".formatted(MAX_SCANS);
    }
    return ended ? "" : "is cut short: a JPEG without its end after %d bytes".formatted(bytes.length);
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** Compares neighbouring cells of a 9 x 8 grid of mean brightness, row by row. */
  private static final class DifferenceHash {
    private static final int COLUMNS = 9;
    private static final int ROWS = 8;
    private static final int SAMPLES = 32;

    static long of(BufferedImage image) {
      long hash = 0;
      for (int row = 0; row < ROWS; row++) {
        double left = brightness(image, 0, row);
        for (int column = 1; column < COLUMNS; column++) {
          double right = brightness(image, column, row);
          hash = hash << 1 | (left > right ? 1 : 0);
          left = right;
        }
      }
      return hash;
    }

    // At most 32 x 32 samples a cell, so that a large image costs no more than a small one.
    private static double brightness(BufferedImage image, int column, int row) {
      int left = column * image.getWidth() / COLUMNS;
      int right = Math.max(left + 1, (column + 1) * image.getWidth() / COLUMNS);
      int top = row * image.getHeight() / ROWS;
      int bottom = Math.max(top + 1, (row + 1) * image.getHeight() / ROWS);
      int stepX = Math.max(1, (right - left) / SAMPLES);
      int stepY = Math.max(1, (bottom - top) / SAMPLES);
      double sum = 0;
      int count = 0;
      for (int y = top; y < bottom; y += stepY) {
        for (int x = left; x < right; x += stepX) {
          int rgb = image.getRGB(x, y);
          sum += 0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
          count++;
        }
      }
      return sum / count;
    }
  }
}
