package dev.fovea.dvc.directory;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Two paths that are one file on Windows or macOS, which take no notice of upper and lower case,
 * nor of whether a letter and its accent are one code point or two.
 *
 * @param one the number of a path
 * @param other that of another one
 */
record CaseTwins(int one, int other) {
  /**
   * Finds two; absent where there are none.
   *
   * @param paths in order
   */
  private static Optional<CaseTwins> among(PathColumn paths) {
    for (int i = 1; i < paths.size(); i++) {
      if (paths.compare(i - 1, paths, i) == 0) {
        return Optional.of(new CaseTwins(i - 1, i));
      }
    }
    return isLowerCase(paths.text()) ? Optional.empty() : new Seen(paths).twins();
  }

  /**
   * Refuses paths of which two are one file.
   *
   * @param paths in order
   * @throws DvcMistake that names both
   */
  static void refuse(PathColumn paths) throws DvcMistake {
    var twins = among(paths);
    if (twins.isPresent()) {
      throw new DvcMistake(
          0,
          "has both '%s' and '%s', which are one file on some systems"
              .formatted(
                  Text.excerpt(paths.get(twins.get().one())),
                  Text.excerpt(paths.get(twins.get().other()))));
    }
  }

  /** Whether it is ASCII without upper case: then paths that differ are no twins. */
  private static boolean isLowerCase(byte[] text) {
    for (byte each : text) {
      if (each < 0 || each >= 'A' && each <= 'Z') {
        return false;
      }
    }
    return true;
  }

  /**
   * Remembers paths by a hash of eight bytes that takes no notice of what these systems take none
   * of. Nobody can know beforehand which paths share one, since it begins with a random number.
   */
  private static final class Seen {
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final PathColumn paths;
    private final long[] table;

    Seen(PathColumn paths) {
      this.paths = paths;
      table = new long[Integer.highestOneBit(paths.size()) << 2];
    }

    Optional<CaseTwins> twins() {
      for (int i = 0; i < paths.size(); i++) {
        long hash = hash(i);
        int slot = (int) hash & (table.length - 1);
        while (table[slot] != 0 && table[slot] != hash) {
          slot = (slot + 1) & (table.length - 1);
        }
        var twins = table[slot] == 0 ? Optional.<CaseTwins>empty() : twins(i);
        if (twins.isPresent()) {
          return twins;
        }
        table[slot] = hash;
      }
      return Optional.empty();
    }

    private Optional<CaseTwins> twins(int other) {
      var folded = folded(paths.get(other));
      for (int one = 0; one < other; one++) {
        if (folded(paths.get(one)).equals(folded)) {
          return Optional.of(new CaseTwins(one, other));
        }
      }
      return Optional.empty();
    }

    private long hash(int path) {
      long hash = seed;
      for (int i = 0; i < paths.length(path); i++) {
        byte each = paths.at(path, i);
        if (each < 0) {
          return hash(folded(paths.get(path)).getBytes(StandardCharsets.UTF_8));
        }
        hash = mixed(hash, each >= 'A' && each <= 'Z' ? each + 'a' - 'A' : each);
      }
      return hash == 0 ? 1 : hash;
    }

    private long hash(byte[] text) {
      long hash = seed;
      for (byte each : text) {
        hash = mixed(hash, each);
      }
      return hash == 0 ? 1 : hash;
    }

    private static long mixed(long hash, int next) {
      long mixed = (hash ^ next) * 0x9E3779B97F4A7C15L;
      return mixed ^ mixed >>> 29;
    }

    private static String folded(String path) {
      if (path.chars().allMatch(c -> c <= 0x7f)) {
        return path.toLowerCase(Locale.ROOT);
      }
      var folded = new StringBuilder();
      Normalizer.normalize(path, Form.NFD)
          .codePoints()
          .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
          .forEach(folded::appendCodePoint);
      return folded.toString();
    }
  }
}
