package dev.fovea.vision.jpeg;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes one scan into its components (T.81, annexes F.2 and G.2). */
final class ScanDecoder {
  /** Where the coefficients of a zigzag order belong in natural order (T.81, figure A.6). */
  static final int[] NATURAL_ORDER = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };

  private final Component.Frame frame;
  private final List<Part> parts;
  private final Range range;
  private final int restartInterval;
  private final EntropyBits bits;
  private final short[] block = new short[Component.BLOCK];
  private int endOfBandRun;

  /**
   * A component's share of a scan.
   *
   * @param dc its table for first coefficients, null where the scan has none
   * @param ac its table for the others, null where the scan has none
   */
  record Part(Component component, @Nullable HuffmanTable dc, @Nullable HuffmanTable ac) {}

  /**
   * Which coefficients, and which of their bits, a scan of a progressive file brings.
   *
   * @param first in zigzag order, 0 to 63
   * @param last in zigzag order, 0 to 63
   * @param high the bit position reached before; 0 in a first scan
   * @param low the bit position that this scan reaches
   */
  record Range(int first, int last, int high, int low) {
    static final Range ALL = new Range(0, 63, 0, 0);
  }

  ScanDecoder(
      Component.Frame frame, List<Part> parts, Range range, int restartInterval, EntropyBits bits) {
    this.frame = frame;
    this.parts = List.copyOf(parts);
    this.range = range;
    this.restartInterval = restartInterval;
    this.bits = bits;
  }

  void decode() throws JpegCorrupt {
    reset();
    boolean alone = parts.size() == 1;
    var only = parts.getFirst().component();
    int across = alone ? only.blocksAcross : frame.unitsAcross();
    int down = alone ? only.blocksDown : frame.unitsDown();
    int untilRestart = restartInterval;
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        if (restartInterval > 0 && untilRestart-- == 0) {
          bits.restart();
          reset();
          untilRestart = restartInterval - 1;
        }
        if (alone) {
          decode(parts.getFirst(), x, y);
        } else {
          decodeUnit(x, y);
        }
      }
    }
  }

  private void decodeUnit(int unitX, int unitY) throws JpegCorrupt {
    for (var part : parts) {
      var component = part.component();
      for (int v = 0; v < component.down; v++) {
        for (int h = 0; h < component.across; h++) {
          decode(part, unitX * component.across + h, unitY * component.down + v);
        }
      }
    }
  }

  private void decode(Part part, int blockX, int blockY) throws JpegCorrupt {
    var component = part.component();
    var kept = component.coefficients;
    if (kept == null) {
      Arrays.fill(block, (short) 0);
      firstCoefficient(part, block, 0);
      otherCoefficients(part, block, 0, 1, 63);
      component.place(block, 0, blockX, blockY);
      return;
    }
    int offset = component.blockOffset(blockX, blockY);
    if (range.first() == 0) {
      if (range.high() == 0) {
        firstCoefficient(part, kept, offset);
      } else if (bits.bit()) {
        kept[offset] |= (short) (1 << range.low());
      }
    } else if (range.high() == 0) {
      otherCoefficients(part, kept, offset, range.first(), range.last());
    } else {
      refine(part, kept, offset);
    }
  }

  private void firstCoefficient(Part part, short[] to, int offset) throws JpegCorrupt {
    int length = table(part.dc()).next(bits);
    if (length > 11) {
      throw new JpegCorrupt("a difference of %d bits (expected: at most 11)".formatted(length));
    }
    var component = part.component();
    component.predictor += bits.signed(length);
    to[offset] = (short) (component.predictor << range.low());
  }

  private void otherCoefficients(Part part, short[] to, int offset, int first, int last)
      throws JpegCorrupt {
    if (endOfBandRun > 0) {
      endOfBandRun--;
      return;
    }
    var table = table(part.ac());
    for (int k = first; k <= last; k++) {
      int symbol = table.next(bits);
      int zeros = symbol >> 4;
      int length = symbol & 15;
      if (length == 0 && zeros < 15) {
        endOfBandRun = (1 << zeros) - 1 + bits.bits(zeros);
        return;
      }
      k += zeros;
      if (length > 0) {
        if (k > last) {
          throw new JpegCorrupt("a run of zeros leaves its block");
        }
        to[offset + NATURAL_ORDER[k]] = (short) (bits.signed(length) << range.low());
      }
    }
  }

  /** Adds one bit to each coefficient that is known, and brings the new ones (T.81, G.1.2.3). */
  private void refine(Part part, short[] to, int offset) throws JpegCorrupt {
    int k = range.first();
    while (k <= range.last() && endOfBandRun == 0) {
      int symbol = table(part.ac()).next(bits);
      int zeros = symbol >> 4;
      int value = 0;
      if ((symbol & 15) != 0) {
        value = bits.bit() ? 1 << range.low() : -1 << range.low();
      } else if (zeros < 15) {
        endOfBandRun = (1 << zeros) + bits.bits(zeros);
        break;
      }
      k = refineUpTo(to, offset, k, zeros);
      if (value != 0) {
        if (k > range.last()) {
          throw new JpegCorrupt("a run of zeros leaves its block");
        }
        to[offset + NATURAL_ORDER[k]] = (short) value;
      }
      k++;
    }
    if (endOfBandRun > 0) {
      refineUpTo(to, offset, k, Component.BLOCK);
      endOfBandRun--;
    }
  }

  /** Refines from k on; returns where the zero after so many zeros is, or where the range ends. */
  private int refineUpTo(short[] to, int offset, int from, int zeros) throws JpegCorrupt {
    int left = zeros;
    int k = from;
    for (; k <= range.last(); k++) {
      int at = offset + NATURAL_ORDER[k];
      if (to[at] == 0) {
        if (left-- == 0) {
          break;
        }
      } else if (bits.bit() && (to[at] & 1 << range.low()) == 0) {
        to[at] += (short) (to[at] > 0 ? 1 << range.low() : -1 << range.low());
      }
    }
    return k;
  }

  private void reset() {
    endOfBandRun = 0;
    parts.forEach(part -> part.component().predictor = 0);
  }

  private static HuffmanTable table(@Nullable HuffmanTable table) throws JpegCorrupt {
    if (table == null) {
      throw new JpegCorrupt("a scan names a Huffman table that is not there");
    }
    return table;
  }
}
