package dev.fovea.vision;

import dev.fovea.kernel.Text;
import dev.fovea.vision.Decoding.Reason;
import dev.fovea.vision.jpeg.Jpeg;
import dev.fovea.vision.jpeg.JpegCorrupt;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG files from anywhere. The type is decided by the first bytes, the size is
 * held against the limits before a raster exists, the whole structure must be there, and metadata
 * never reaches a parser. PNG is inflated by ImageIO, which is Java all through; JPEG by {@link
 * Jpeg}.
 */
public final class ImageDecoder {
  private final ImageLimits limits;

  public ImageDecoder(ImageLimits limits) {
    this.limits = limits;
  }

  /** Decodes within the default limits. */
  public static ImageDecoder withDefaultLimits() {
    return new ImageDecoder(ImageLimits.DEFAULT);
  }

  /** Decodes all of it, or says why not. */
  public Decoding decode(byte[] file) {
    try {
      var parsed = parse(file);
      var frame = raster(parsed).upright(parsed.header().orientation());
      return new Decoding.Readable(parsed.header(), frame);
    } catch (ImageRefusal refusal) {
      return refusal.asResult();
    }
  }

  /** What a file says of itself, without decoding a pixel; absent where it is no image. */
  public Optional<ImageHeader> header(byte[] file) {
    try {
      return Optional.of(parse(file).header());
    } catch (ImageRefusal _) {
      return Optional.empty();
    }
  }

  private ParsedImage parse(byte[] file) throws ImageRefusal {
    if (file.length == 0) {
      throw new ImageRefusal(Reason.EMPTY, "0 bytes (expected: a PNG or JPEG file)");
    }
    if (file.length > limits.fileSize().bytes()) {
      throw new ImageRefusal(
          Reason.TOO_LARGE,
          "%,d bytes (expected: at most %s)".formatted(file.length, limits.fileSize()));
    }
    if (file.length >= 8 && ByteBuffer.wrap(file).getLong() == PngStructure.SIGNATURE) {
      return PngStructure.parse(file, limits);
    }
    if (file.length >= 3 && file[0] == (byte) 0xff && file[1] == (byte) 0xd8 && file[2] == -1) {
      return JpegStructure.parse(file, limits);
    }
    throw new ImageRefusal(
        Reason.NOT_AN_IMAGE,
        "%,d bytes that look like %s (expected: a PNG or JPEG file)"
            .formatted(file.length, Lookalike.of(file)));
  }

  private static Frame raster(ParsedImage parsed) throws ImageRefusal {
    return switch (parsed.header().format()) {
      case PNG -> png(parsed);
      case JPEG -> jpeg(parsed);
    };
  }

  private static Frame jpeg(ParsedImage parsed) throws ImageRefusal {
    try {
      var decoded = Jpeg.decode(parsed.essential());
      return Frame.of(decoded.width(), decoded.height(), decoded.channels(), decoded.samples());
    } catch (JpegCorrupt e) {
      throw new ImageRefusal(Reason.CORRUPT, "JPEG does not decode: " + e.getMessage());
    }
  }

  private static Frame png(ParsedImage parsed) throws ImageRefusal {
    var reader = ImageIO.getImageReadersByFormatName("png").next();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(parsed.essential()))) {
      reader.setInput(in, true, true);
      return frame(reader.read(0));
    } catch (IOException | RuntimeException e) {
      // ImageIO's reader answers hostile bytes with IOException and half a dozen runtime
      // exceptions.
      throw new ImageRefusal(
          Reason.CORRUPT, "PNG does not decode: " + Text.excerpt(String.valueOf(e.getMessage())));
    } finally {
      reader.dispose();
    }
  }

  /**
   * Reads the samples as they are stored. {@code getRGB} would convert a grey raster from a linear
   * colour space, which neither Pillow nor OpenCV does.
   */
  private static Frame frame(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    var raster = image.getRaster();
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return indexed(raster.getSamples(0, 0, width, height, 0, (int[]) null), palette, image);
    }
    if (raster.getDataBuffer().getDataType() != DataBuffer.TYPE_BYTE) {
      throw new IllegalStateException("raster type " + raster.getDataBuffer().getDataType());
    }
    int channels = raster.getNumBands() < 3 ? 1 : 3;
    var samples = new byte[width * height * channels];
    var row = new int[width * raster.getNumBands()];
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          samples[to++] = (byte) row[x * raster.getNumBands() + c];
        }
      }
    }
    return Frame.of(width, height, channels, samples);
  }

  private static Frame indexed(int[] indices, IndexColorModel palette, BufferedImage image) {
    var samples = new byte[3 * indices.length];
    boolean grey = true;
    for (int i = 0; i < indices.length; i++) {
      int colour = palette.getRGB(indices[i]);
      samples[3 * i] = (byte) (colour >> 16);
      samples[3 * i + 1] = (byte) (colour >> 8);
      samples[3 * i + 2] = (byte) colour;
      grey &= samples[3 * i] == samples[3 * i + 1] && samples[3 * i] == samples[3 * i + 2];
    }
    var frame = Frame.of(image.getWidth(), image.getHeight(), 3, samples);
    return grey ? frame.grey() : frame;
  }
}
