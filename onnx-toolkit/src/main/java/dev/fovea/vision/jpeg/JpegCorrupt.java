package dev.fovea.vision.jpeg;

/** Data that contradicts ITU-T T.81; the message says how. */
public final class JpegCorrupt extends Exception {
  JpegCorrupt(String message) {
    super(message, null, false, false);
  }
}
