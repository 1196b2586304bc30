package dev.fovea.onnx.prune;

import java.util.Arrays;

/**
 * What stands along axis 1 of a tensor.
 *
 * @param channels in their order. In a tensor of two axes each may stand for a run of several
 *     features, all of the same length, as flattening leaves them
 * @param rank how many axes the tensor has, at least 2
 * @param isPoint whether all axes behind are known to have one place
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Layout(int[] channels, int rank, boolean isPoint) {
  static Layout of(int[] channels, int rank) {
    return new Layout(channels, rank, false);
  }

  /** Whether a channel may be a run of features. */
  boolean isFlat() {
    return rank == 2;
  }

  int size() {
    return channels.length;
  }

  /** The same channels in a tensor of another form. */
  Layout in(int otherRank, boolean point) {
    return new Layout(channels, otherRank, point);
  }

  /** Each channel so many times, one after the other. */
  int[] repeated(int times) {
    var repeated = new int[Math.multiplyExact(channels.length, times)];
    for (int i = 0; i < channels.length; i++) {
      Arrays.fill(repeated, i * times, (i + 1) * times, channels[i]);
    }
    return repeated;
  }
}
