package dev.fovea.vision;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How a PNG or JPEG file says that its pixels are stored: read from its marks alone, also where
 * {@link ImageDecoder} refuses the picture. Each step goes on by the length of a segment, so that a
 * hostile file costs no more than its bytes.
 *
 * @param channels what a pixel consists of
 * @param bits of one sample, 1 to 16
 * @param orientation the EXIF tag Orientation, 1 to 8; 1 where the file has none before its pixels
 *     (JPEG) or its end mark (PNG)
 */
public record ImageTraits(Channels channels, int bits, int orientation) {
  private static final int PNG_HEADER_BYTES = 8 + 4 + 4 + 13 + 4;
  private static final int CHUNK_FRAME = 12;
  private static final int IHDR = 0x49484452;
  private static final int EXIF_CHUNK = 0x65584966;
  private static final int APP1 = 0xe1;
  private static final int MARKER_AND_LENGTH = 4;

  /** What a pixel consists of. A JPEG's luminance and chrominance count as red, green and blue. */
  public enum Channels {
    GREY,
    GREY_ALPHA,
    RGB,
    RGB_ALPHA,
    CMYK,
    PALETTE
  }

  /** What the file says; absent where it is neither, or its header is not understood. */
  public static Optional<ImageTraits> of(byte[] file) {
    if (file.length >= 8 && ByteBuffer.wrap(file).getLong() == PngStructure.SIGNATURE) {
      return png(file);
    }
    return file.length >= 3 && file[0] == (byte) 0xff && file[1] == (byte) 0xd8 && file[2] == -1
        ? jpeg(file)
        : Optional.empty();
  }

  // W3C PNG, third edition, 11.2.1 (IHDR) and 11.3.2.5 (eXIf: a TIFF structure and nothing before).
  private static Optional<ImageTraits> png(byte[] file) {
    var in = ByteBuffer.wrap(file);
    if (file.length < PNG_HEADER_BYTES || in.getInt(12) != IHDR) {
      return Optional.empty();
    }
    int bits = file[24];
    var channels =
        switch (file[25]) {
          case 0 -> Optional.of(Channels.GREY);
          case 2 -> Optional.of(Channels.RGB);
          case 3 -> Optional.of(Channels.PALETTE);
          case 4 -> Optional.of(Channels.GREY_ALPHA);
          case 6 -> Optional.of(Channels.RGB_ALPHA);
          default -> Optional.<Channels>empty();
        };
    if (bits < 1 || bits > 16) {
      return Optional.empty();
    }
    return channels.map(it -> new ImageTraits(it, bits, pngOrientation(in)));
  }

  private static int pngOrientation(ByteBuffer in) {
    for (int at = PNG_HEADER_BYTES; at <= in.limit() - CHUNK_FRAME; ) {
      int length = in.getInt(at);
      if (length < 0 || length > in.limit() - at - CHUNK_FRAME) {
        return 1;
      }
      if (in.getInt(at + 4) == EXIF_CHUNK) {
        return ExifOrientation.ofTiff(in.array(), at + 8, length);
      }
      at += CHUNK_FRAME + length;
    }
    return 1;
  }

  // ITU-T T.81, B.1.1.4 and B.2.2: segments up to the first scan, each with its length.
  private static Optional<ImageTraits> jpeg(byte[] file) {
    var in = ByteBuffer.wrap(file);
    int orientation = 1;
    var found = Optional.<ImageTraits>empty();
    int at = 2;
    while (at <= file.length - MARKER_AND_LENGTH && file[at] == -1) {
      int marker = file[at + 1] & 0xff;
      if (marker == 0xff) {
        at++; // any number of fill bytes may stand before a marker
        continue;
      }
      int length = Short.toUnsignedInt(in.getShort(at + 2));
      if (!JpegStructure.hasLength(marker) || length < 2 || length > file.length - at - 2) {
        break;
      }
      if (marker == APP1 && orientation == 1) {
        orientation = ExifOrientation.of(file, at + MARKER_AND_LENGTH, length - 2);
      } else if (JpegStructure.isFrameHeader(marker) && length >= 8 && found.isEmpty()) {
        found = frame(file[at + MARKER_AND_LENGTH], file[at + MARKER_AND_LENGTH + 5]);
      }
      at += 2 + length;
    }
    int turned = orientation;
    return found.map(it -> new ImageTraits(it.channels(), it.bits(), turned));
  }

  private static Optional<ImageTraits> frame(byte bits, byte components) {
    if (bits < 1 || bits > 16) {
      return Optional.empty();
    }
    return switch (components) {
      case 1 -> Optional.of(new ImageTraits(Channels.GREY, bits, 1));
      case 3 -> Optional.of(new ImageTraits(Channels.RGB, bits, 1));
      case 4 -> Optional.of(new ImageTraits(Channels.CMYK, bits, 1));
      default -> Optional.empty();
    };
  }
}
