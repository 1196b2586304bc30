package dev.fovea.vision;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.zip.InflaterInputStream;

/** Files that {@code golden.py}, beside them in the resources, recorded. */
public final class Golden {
  private Golden() {}

  public static byte[] bytes(String name) throws IOException {
    try (var in = Golden.class.getResourceAsStream("/dev/fovea/vision/" + name)) {
      if (in == null) {
        throw new IOException("no golden file " + name);
      }
      return in.readAllBytes();
    }
  }

  /** The samples that Pillow has. */
  public static Frame frame(String name) throws IOException {
    var packed = new ByteArrayInputStream(bytes(name + ".raw.z"));
    try (var in = new DataInputStream(new InflaterInputStream(packed))) {
      int width = in.readInt();
      int height = in.readInt();
      int channels = in.readInt();
      return Frame.of(width, height, channels, in.readAllBytes());
    }
  }

  /** The picture in a golden file, as Fovea decodes it. */
  public static Frame decoded(String name) throws IOException {
    return switch (ImageDecoder.withDefaultLimits().decode(bytes(name))) {
      case Decoding.Readable readable -> readable.frame();
      case Decoding.Refused refused -> throw new IOException(name + ": " + refused.explanation());
    };
  }

  /** The largest difference of two samples at the same place; both must have the same size. */
  public static int largestDifference(Frame a, Frame b) {
    if (a.width() != b.width() || a.height() != b.height() || a.channels() != b.channels()) {
      throw new AssertionError(a + " is not " + b);
    }
    var left = a.samples();
    var right = b.samples();
    int largest = 0;
    for (int i = 0; i < left.length; i++) {
      largest = Math.max(largest, Math.abs((left[i] & 0xff) - (right[i] & 0xff)));
    }
    return largest;
  }

  /** The mean difference of two samples at the same place. */
  public static double meanDifference(Frame a, Frame b) {
    var left = a.samples();
    var right = b.samples();
    long sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += Math.abs((left[i] & 0xff) - (right[i] & 0xff));
    }
    return (double) sum / left.length;
  }
}
