package dev.fovea.vision;

/**
 * A file whose structure has been walked to its end.
 *
 * @param header what it says
 * @param essential the same picture without text, colour profiles and other metadata, so that no
 *     decoder ever parses those
 */
record ParsedImage(ImageHeader header, byte[] essential) {}
