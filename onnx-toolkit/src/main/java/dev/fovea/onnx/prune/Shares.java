package dev.fovea.onnx.prune;

/** Which shares can be pruned. */
final class Shares {
  /** Beyond this nothing is left that a network could be. */
  private static final double MOST = 0.95;

  private Shares() {}

  /**
   * Checks a share.
   *
   * @throws NotPrunable unless it is 0 to 0.95
   */
  static void require(double share) {
    if (!(share >= 0 && share <= MOST)) {
      throw new NotPrunable(
          "pruning of a share of %s (expected: 0 to %s)".formatted(share, MOST),
          "Name a share such as 0.1, for 10 %.");
    }
  }

  /** The whole number at or below a share of so many; a rounding error of the product is none. */
  static long of(double share, long all) {
    return Math.min(all, (long) Math.floor(share * all + 1e-9));
  }
}
