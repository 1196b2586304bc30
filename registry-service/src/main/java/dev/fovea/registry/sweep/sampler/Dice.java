package dev.fovea.registry.sweep.sampler;

/**
 * Random numbers that are the same on every machine and in every version: SplitMix64 (Steele, Lea
 * and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
 */
final class Dice {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private long state;

  private Dice(long state) {
    this.state = state;
  }

  /** Those of one trial of one sweep. */
  static Dice of(long seed, long trial) {
    return new Dice(mixed(mixed(seed + GOLDEN) + trial * GOLDEN));
  }

  /** A number from 0 to below 1. */
  double next() {
    state += GOLDEN;
    return (mixed(state) >>> 11) * UNIT;
  }

  private static long mixed(long bits) {
    long mixing = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixing = (mixing ^ (mixing >>> 27)) * 0x94D049BB133111EBL;
    return mixing ^ (mixing >>> 31);
  }
}
