package dev.fovea.serving;

import dev.fovea.kernel.ByteSize;
import dev.fovea.vision.ImageLimits;
import java.time.Duration;

/**
 * What the server takes at most; beyond it a request is refused, never queued without end.
 *
 * @param body one request's body, inflated where it is compressed
 * @param bodies all bodies that are held at one time
 * @param elements how many images or tensors one request holds, 1 or more
 * @param runs how many inferences run at one time, each on one thread, 1 or more
 * @param waiting how many more may wait for them, 1 or more
 * @param patience how long one waits, and how long a close waits for answers that are under way
 */
public record ServerLimits(
    ByteSize body, ByteSize bodies, int elements, int runs, int waiting, Duration patience) {
  private static final int MOST_SIDE = 16_384;
  // One 8K frame; its raster takes 133 MB, and as many are decoded at a time as there are runs.
  private static final long MOST_PIXELS = 7_680L * 4_320;

  /** 16 MiB a body, 128 MiB together, 64 elements, one run a processor, 256 waiting for 10 s. */
  public static ServerLimits standard() {
    return new ServerLimits(
        new ByteSize(16 << 20),
        new ByteSize(128 << 20),
        64,
        Runtime.getRuntime().availableProcessors(),
        256,
        Duration.ofSeconds(10));
  }

  public ServerLimits {
    if (elements < 1 || runs < 1 || waiting < 1 || patience.isNegative()) {
      throw new IllegalArgumentException(
          "limits: %d elements, %d runs, %d waiting, patience %s (expected: each 1 or more, and not negative)"
              .formatted(elements, runs, waiting, patience));
    }
  }

  /** What an encoded image may be: a body's size, 16,384 px a side, an 8K frame's pixels. */
  public ImageLimits images() {
    return new ImageLimits(body, MOST_SIDE, MOST_PIXELS);
  }
}
