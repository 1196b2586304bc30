package dev.fovea.dvc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Remembers paths by a hash of eight bytes that takes no notice of upper and lower case. Nobody can
 * know beforehand which paths share one, since it begins with a random number.
 */
final class CaseTwins {
  private final long seed = ThreadLocalRandom.current().nextLong();
  private long[] table = new long[1 << 10];
  private int size;

  /**
   * Remembers one more.
   *
   * @return whether one before it had the same hash: nearly always, since it is the same path
   */
  boolean seen(String path) {
    long hash = seed;
    for (byte each : folded(path).getBytes(StandardCharsets.UTF_8)) {
      hash = mixed(hash, each);
    }
    return seen(hash);
  }

  /** The same for a path in ASCII. */
  boolean seenAscii(byte[] bytes, int from, int to) {
    long hash = seed;
    for (int i = from; i < to; i++) {
      byte each = bytes[i];
      hash = mixed(hash, each >= 'A' && each <= 'Z' ? each + 'a' - 'A' : each);
    }
    return seen(hash);
  }

  private boolean seen(long sum) {
    if (2 * size >= table.length) {
      var old = table;
      table = new long[2 * old.length];
      Arrays.stream(old).filter(each -> each != 0).forEach(each -> table[slot(each)] = each);
    }
    long hash = sum == 0 ? 1 : sum;
    int slot = slot(hash);
    if (table[slot] == hash) {
      return true;
    }
    table[slot] = hash;
    size++;
    return false;
  }

  private int slot(long hash) {
    int slot = (int) hash & (table.length - 1);
    while (table[slot] != 0 && table[slot] != hash) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private static long mixed(long hash, int next) {
    long mixed = (hash ^ next) * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 29;
  }

  /** What two paths share that are one file on some systems. */
  static String folded(String path) {
    return path.toLowerCase(Locale.ROOT);
  }
}
