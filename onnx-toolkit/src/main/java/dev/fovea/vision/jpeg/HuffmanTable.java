package dev.fovea.vision.jpeg;

/** A Huffman code as a DHT segment gives it (T.81, annex C and F.2.2.3). */
final class HuffmanTable {
  static final int MAX_BITS = 16;
  private static final int LOOKUP_BITS = 8;

  private final byte[] symbols;
  // Per length: the first code, the code after the last, and where the length's symbols begin.
  private final int[] firstCode = new int[MAX_BITS + 1];
  private final int[] endCode = new int[MAX_BITS + 1];
  private final int[] firstSymbol = new int[MAX_BITS + 1];
  // For the next eight bits: length << 8 | symbol, or 0 where the code is longer.
  private final short[] lookup = new short[1 << LOOKUP_BITS];

  /**
   * @param counts how many codes each length from 1 to 16 has
   * @param symbols in order of their codes
   */
  HuffmanTable(int[] counts, byte[] symbols) throws JpegCorrupt {
    this.symbols = symbols;
    int code = 0;
    int symbol = 0;
    for (int length = 1; length <= MAX_BITS; length++) {
      firstCode[length] = code;
      firstSymbol[length] = symbol;
      code += counts[length - 1];
      symbol += counts[length - 1];
      endCode[length] = code;
      if (code > 1 << length) {
        throw new JpegCorrupt("a Huffman table has too many codes of %d bits".formatted(length));
      }
      code <<= 1;
    }
    for (int length = 1; length <= LOOKUP_BITS; length++) {
      for (int c = firstCode[length]; c < endCode[length]; c++) {
        int value = symbols[firstSymbol[length] + c - firstCode[length]] & 0xff;
        int from = c << (LOOKUP_BITS - length);
        for (int i = from; i < from + (1 << (LOOKUP_BITS - length)); i++) {
          lookup[i] = (short) (length << 8 | value);
        }
      }
    }
  }

  /** The next symbol, 0 to 255. */
  int next(EntropyBits bits) throws JpegCorrupt {
    int ahead = bits.peek();
    int entry = lookup[ahead >>> (MAX_BITS - LOOKUP_BITS)];
    if (entry != 0) {
      bits.skip(entry >> 8);
      return entry & 0xff;
    }
    for (int length = LOOKUP_BITS + 1; length <= MAX_BITS; length++) {
      int code = ahead >>> (MAX_BITS - length);
      if (code < endCode[length]) {
        bits.skip(length);
        return symbols[firstSymbol[length] + code - firstCode[length]] & 0xff;
      }
    }
    throw new JpegCorrupt("a scan holds a code that its Huffman table has not");
  }
}
