package dev.fovea.vision;

import dev.fovea.vision.Decoding.Reason;
import java.io.ByteArrayOutputStream;

/**
 * Walks a JPEG file's markers (ITU-T T.81, annex B) to its end mark: finds the frame header, holds
 * it against the limits, and counts the scans, since a progressive file of a few kilobytes can ask
 * for thousands of passes over the whole raster.
 */
final class JpegStructure {
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COMMENT = 0xfe;
  private static final int MAX_SCANS = 64;

  private final byte[] file;
  private final ImageLimits limits;
  private final ByteArrayOutputStream kept;
  private int at = 2;
  private int scans;
  private int width;
  private int height;
  private int orientation = 1;

  private JpegStructure(byte[] file, ImageLimits limits) {
    this.file = file;
    this.limits = limits;
    this.kept = new ByteArrayOutputStream(file.length);
  }

  static ParsedImage parse(byte[] file, ImageLimits limits) throws ImageRefusal {
    return new JpegStructure(file, limits).walk();
  }

  private ParsedImage walk() throws ImageRefusal {
    kept.write(file, 0, 2);
    while (true) {
      int marker = nextMarker();
      if (marker == EOI) {
        if (scans == 0) {
          throw corrupt("ends without a scan");
        }
        kept.write(0xff);
        kept.write(EOI);
        return new ParsedImage(
            new ImageHeader(ImageHeader.Format.JPEG, width, height, orientation),
            kept.toByteArray());
      }
      if (marker == SOI || (marker >= 0xd0 && marker < SOI) || marker == 0x01) {
        throw corrupt(
            "has marker %02x at byte %,d, where none may stand".formatted(marker, at - 2));
      }
      segment(marker);
    }
  }

  private int nextMarker() throws ImageRefusal {
    if (at + 1 >= file.length) {
      throw truncated();
    }
    if ((file[at] & 0xff) != 0xff) {
      throw corrupt("has no marker at byte %,d".formatted(at));
    }
    while (at < file.length && (file[at] & 0xff) == 0xff) {
      at++;
    }
    if (at >= file.length) {
      throw truncated();
    }
    return file[at++] & 0xff;
  }

  private void segment(int marker) throws ImageRefusal {
    int start = at;
    if (at + 2 > file.length) {
      throw truncated();
    }
    int length = unsignedShort(at);
    if (length < 2) {
      throw corrupt("has a segment of %d bytes at byte %,d".formatted(length, at));
    }
    if (at + length > file.length) {
      throw truncated();
    }
    at += length;
    if (isFrameHeader(marker)) {
      frameHeader(marker, start + 2, length - 2);
    } else if (marker == APP1 && orientation == 1) {
      orientation = ExifOrientation.of(file, start + 2, length - 2);
    } else if (marker == SOS) {
      scan();
    }
    boolean metadata = (marker > APP0 && marker <= APP15 && marker != APP14) || marker == COMMENT;
    if (!metadata) {
      kept.write(0xff);
      kept.write(marker);
      kept.write(file, start, at - start);
    }
  }

  private void frameHeader(int marker, int start, int length) throws ImageRefusal {
    if (width != 0) {
      throw corrupt("has two frame headers");
    }
    if (marker > 0xc2) {
      throw new ImageRefusal(
          Reason.UNSUPPORTED,
          "JPEG of process SOF%d (expected: baseline, extended or progressive; convert it)"
              .formatted(marker - 0xc0));
    }
    if (length < 6) {
      throw corrupt("has a frame header of %d bytes".formatted(length));
    }
    int precision = file[start] & 0xff;
    int components = file[start + 5] & 0xff;
    ImageBounds.require("JPEG", unsignedShort(start + 3), unsignedShort(start + 1), limits);
    if (precision != 8 || (components != 1 && components != 3)) {
      throw new ImageRefusal(
          Reason.UNSUPPORTED,
          "JPEG of %d components of %d bits (expected: 1 or 3 of 8; convert it)"
              .formatted(components, precision));
    }
    height = unsignedShort(start + 1);
    width = unsignedShort(start + 3);
  }

  private void scan() throws ImageRefusal {
    if (width == 0) {
      throw corrupt("has a scan before its frame header");
    }
    if (++scans > MAX_SCANS) {
      throw new ImageRefusal(
          Reason.TOO_LARGE,
          "JPEG of more than %d scans (expected: at most that)".formatted(MAX_SCANS));
    }
    // Within a scan, FF 00 is a data byte and FF D0 to FF D7 are restart marks.
    while (at + 1 < file.length) {
      int next = file[at + 1] & 0xff;
      if ((file[at] & 0xff) == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
        return;
      }
      at++;
    }
    throw truncated();
  }

  static boolean isFrameHeader(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** Whether a segment with its length follows, before any scan. */
  static boolean hasLength(int marker) {
    return marker >= 0xc0 && marker != SOS && (marker < 0xd0 || marker > EOI);
  }

  private int unsignedShort(int index) {
    return (file[index] & 0xff) << 8 | (file[index + 1] & 0xff);
  }

  private static ImageRefusal corrupt(String what) {
    return new ImageRefusal(Reason.CORRUPT, "JPEG " + what);
  }

  private ImageRefusal truncated() {
    return new ImageRefusal(
        Reason.TRUNCATED,
        "JPEG ends after %,d bytes (expected: an EOI marker)".formatted(file.length));
  }
}
