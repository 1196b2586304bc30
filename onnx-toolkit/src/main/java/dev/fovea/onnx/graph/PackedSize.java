package dev.fovea.onnx.graph;

import java.util.zip.Deflater;

/**
 * What a file takes where it is compressed, as in an archive, a layer of an image or a download:
 * bytes after DEFLATE (RFC 1951) at zlib's usual level. ONNX files are not compressed by
 * themselves.
 */
public final class PackedSize {
  private static final int STEP = 1 << 16;

  private PackedSize() {}

  /** The number of bytes. */
  public static long of(byte[] file) {
    var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(file);
      deflater.finish();
      var unused = new byte[STEP];
      while (!deflater.finished()) {
        deflater.deflate(unused);
      }
      return deflater.getBytesWritten();
    } finally {
      deflater.end();
    }
  }
}
