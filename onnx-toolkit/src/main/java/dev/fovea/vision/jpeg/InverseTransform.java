package dev.fovea.vision.jpeg;

/**
 * The inverse cosine transform after Loeffler, Ligtenberg and Moschytz (ICASSP 1989), with 13-bit
 * constants and the roundings of libjpeg's accurate integer method, so that samples equal its.
 */
final class InverseTransform {
  private static final int SIDE = Component.SIDE;
  private static final int CONSTANT_BITS = 13;
  private static final int EXTRA_BITS = 2;
  private static final int CENTRE = 128;

  private InverseTransform() {}

  static void apply(short[] from, int offset, int[] steps, byte[] to, int at, int stride) {
    var work = new int[Component.BLOCK];
    var line = new int[SIDE];
    for (int x = 0; x < SIDE; x++) {
      for (int y = 0; y < SIDE; y++) {
        line[y] = from[offset + y * SIDE + x] * steps[y * SIDE + x];
      }
      transform(line, CONSTANT_BITS - EXTRA_BITS);
      for (int y = 0; y < SIDE; y++) {
        work[y * SIDE + x] = line[y];
      }
    }
    for (int y = 0; y < SIDE; y++) {
      System.arraycopy(work, y * SIDE, line, 0, SIDE);
      transform(line, CONSTANT_BITS + EXTRA_BITS + 3);
      for (int x = 0; x < SIDE; x++) {
        to[at + y * stride + x] = (byte) Math.clamp(line[x] + CENTRE, 0, 255);
      }
    }
  }

  private static void transform(int[] v, int shift) {
    int even = (v[2] + v[6]) * 4433; // 0.541196100
    int even2 = even - v[6] * 15137; // 1.847759065
    int even3 = even + v[2] * 6270; // 0.765366865
    int sum = (v[0] + v[4]) << CONSTANT_BITS;
    int difference = (v[0] - v[4]) << CONSTANT_BITS;
    int a0 = sum + even3;
    int a3 = sum - even3;
    int a1 = difference + even2;
    int a2 = difference - even2;

    int z5 = (v[7] + v[3] + v[5] + v[1]) * 9633; // 1.175875602
    int z1 = (v[7] + v[1]) * -7373; // 0.899976223
    int z2 = (v[5] + v[3]) * -20995; // 2.562915447
    int z3 = (v[7] + v[3]) * -16069 + z5; // 1.961570560
    int z4 = (v[5] + v[1]) * -3196 + z5; // 0.390180644
    int b0 = v[7] * 2446 + z1 + z3; // 0.298631336
    int b1 = v[5] * 16819 + z2 + z4; // 2.053119869
    int b2 = v[3] * 25172 + z2 + z3; // 3.072711026
    int b3 = v[1] * 12299 + z1 + z4; // 1.501321110

    int half = 1 << (shift - 1);
    v[0] = (a0 + b3 + half) >> shift;
    v[7] = (a0 - b3 + half) >> shift;
    v[1] = (a1 + b2 + half) >> shift;
    v[6] = (a1 - b2 + half) >> shift;
    v[2] = (a2 + b1 + half) >> shift;
    v[5] = (a2 - b1 + half) >> shift;
    v[3] = (a3 + b0 + half) >> shift;
    v[4] = (a3 - b0 + half) >> shift;
  }
}
