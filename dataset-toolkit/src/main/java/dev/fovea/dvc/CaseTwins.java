package dev.fovea.dvc;

import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds paths that are one file on some systems. Remembers them by a hash of eight bytes that takes no notice of upper and lower case, nor of
 * whether a letter and its accent are one code point or two. Nobody can know beforehand which paths
 * share one, since it begins with a random number.
 */
final class CaseTwins {
  private final long seed = ThreadLocalRandom.current().nextLong();
  private long[] table = new long[1 << 10];
  private int size;

  /**
   * Refuses paths of which two are one file on Windows or macOS.
   *
   * @throws DvcMistake that names both
   */
  static void refuse(PathColumn paths) throws DvcMistake {
    var twins = new CaseTwins();
    for (int i = 0; i < paths.size(); i++) {
      var path = paths.get(i);
      if (twins.seen(path)) {
        twins.refuse(paths, i, path);
      }
    }
  }

  private void refuse(PathColumn paths, int last, String path) throws DvcMistake {
    var folded = folded(path);
    for (int i = 0; i < last; i++) {
      var other = paths.get(i);
      if (folded(other).equals(folded)) {
        throw new DvcMistake(
            0,
            "has both '%s' and '%s', which are one file on some systems"
                .formatted(Text.excerpt(other), Text.excerpt(path)));
      }
    }
  }

  /**
   * Remembers one more.
   *
   * @return whether one before it had the same hash: nearly always, since it is the same path
   */
  private boolean seen(String path) {
    if (2 * size >= table.length) {
      var old = table;
      table = new long[2 * old.length];
      Arrays.stream(old).filter(each -> each != 0).forEach(each -> table[slot(each)] = each);
    }
    long hash = hash(path);
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

  private long hash(String path) {
    long hash = seed;
    for (byte each : folded(path).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ each) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash == 0 ? 1 : hash;
  }

  /** What two paths share that are one file on Windows or macOS. */
  private static String folded(String path) {
    if (isAscii(path)) {
      return path.toLowerCase(Locale.ROOT);
    }
    var folded = new StringBuilder();
    Normalizer.normalize(path, Form.NFD)
        .codePoints()
        .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
        .forEach(folded::appendCodePoint);
    return folded.toString();
  }

  private static boolean isAscii(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }
}
