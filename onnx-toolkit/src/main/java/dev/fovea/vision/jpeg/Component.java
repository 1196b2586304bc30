package dev.fovea.vision.jpeg;

import org.jspecify.annotations.Nullable;

/** One of a frame's one to three components, and the samples that the scans fill in. */
final class Component {
  static final int SIDE = 8;
  static final int BLOCK = SIDE * SIDE;

  final int id;
  final int across;
  final int down;
  final int width;
  final int height;
  final int blocksAcross;
  final int blocksDown;
  final int stride;
  final byte[] samples;
  final short @Nullable [] coefficients;
  int predictor;
  private final int quantizer;
  private int @Nullable [] steps;

  /**
   * @param across horizontal sampling factor, 1 to 4
   * @param down vertical sampling factor, 1 to 4
   * @param progressive whether coefficients must be kept from scan to scan
   */
  Component(int id, int across, int down, int quantizer, Frame frame, boolean progressive) {
    this.id = id;
    this.across = across;
    this.down = down;
    this.quantizer = quantizer;
    this.width = ceil(frame.width() * across, frame.maxAcross());
    this.height = ceil(frame.height() * down, frame.maxDown());
    this.blocksAcross = ceil(width, SIDE);
    this.blocksDown = ceil(height, SIDE);
    this.stride = frame.unitsAcross() * across * SIDE;
    int rows = frame.unitsDown() * down * SIDE;
    this.samples = new byte[Math.multiplyExact(stride, rows)];
    this.coefficients = progressive ? new short[samples.length] : null;
  }

  /**
   * The frame's measures that all components share.
   *
   * @param width in pixels
   * @param height in pixels
   * @param maxAcross the largest horizontal sampling factor
   * @param maxDown the largest vertical sampling factor
   */
  record Frame(int width, int height, int maxAcross, int maxDown) {
    int unitsAcross() {
      return ceil(width, SIDE * maxAcross);
    }

    int unitsDown() {
      return ceil(height, SIDE * maxDown);
    }
  }

  /** Where a block's 64 coefficients are kept. */
  int blockOffset(int blockX, int blockY) {
    return (blockY * (stride / SIDE) + blockX) * BLOCK;
  }

  /** Takes the quantization table that holds at the component's first scan (T.81, B.2.4.1). */
  void begin(int[] @Nullable [] tables) throws JpegCorrupt {
    if (steps == null) {
      steps = tables[quantizer];
      if (steps == null) {
        throw new JpegCorrupt("component %d has no quantization table".formatted(id));
      }
    }
  }

  /** Turns 64 coefficients, in natural order, into samples. */
  void place(short[] from, int offset, int blockX, int blockY) throws JpegCorrupt {
    InverseTransform.apply(
        from, offset, steps(), samples, (blockY * stride + blockX) * SIDE, stride);
  }

  /** Turns what the scans gathered into samples. */
  void finish() throws JpegCorrupt {
    steps();
    if (coefficients != null) {
      for (int y = 0; y < blocksDown; y++) {
        for (int x = 0; x < blocksAcross; x++) {
          place(coefficients, blockOffset(x, y), x, y);
        }
      }
    }
  }

  private int[] steps() throws JpegCorrupt {
    if (steps == null) {
      throw new JpegCorrupt("component %d is in no scan".formatted(id));
    }
    return steps;
  }

  private static int ceil(int value, int divisor) {
    return (value + divisor - 1) / divisor;
  }
}
