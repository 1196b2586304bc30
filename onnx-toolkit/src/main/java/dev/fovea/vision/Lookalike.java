package dev.fovea.vision;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names what bytes seem to be that are no image, so that the message can say so. */
final class Lookalike {
  private static final int SEEN_BYTES = 256;

  private Lookalike() {}

  static String of(byte[] file) {
    var head =
        new String(file, 0, Math.min(file.length, SEEN_BYTES), StandardCharsets.ISO_8859_1)
            .strip()
            .toLowerCase(Locale.ROOT);
    if (head.startsWith("gif8")) {
      return "a GIF file";
    }
    if (head.startsWith("pk\u0003\u0004")) {
      return "a zip archive";
    }
    if (head.startsWith("riff") && head.startsWith("webp", 8)) {
      return "a WebP file";
    }
    if (head.startsWith("ii*") || head.startsWith("mm\0*")) {
      return "a TIFF file";
    }
    if (head.startsWith("version https://git-lfs")) {
      return "a Git LFS pointer";
    }
    if (head.contains("<svg")) {
      return "an SVG document";
    }
    if (head.startsWith("<!doctype html") || head.startsWith("<html")) {
      return "an HTML page";
    }
    return "nothing that is known";
  }
}
