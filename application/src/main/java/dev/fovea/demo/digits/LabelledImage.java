package dev.fovea.demo.digits;

/**
 * One picture with its known truth.
 *
 * @param name unique within what it came from, such as {@code production-000012}
 * @param label the digit, 0 to 9
 * @param png the picture as a PNG file, 28 × 28 px, 8-bit grey
 */
public record LabelledImage(String name, int label, byte[] png) {}
