package dev.fovea.labels.merge;

import dev.fovea.labels.format.LabelMistake;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * What a file says that it would not say any more once it is read and written anew: found by doing
 * it, value by value behind its place, whatever the order. Nothing is said by what is empty, 0 or
 * false; numbers are equal that agree in nine digits. Holds 8 bytes for each value.
 */
final class Unkept {
  private static final int SHOWN = 20;
  private static final int DROPPED_BITS = 22; // of the 52 of a double: nine digits stay
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private long[] hashes = new long[1_024];
  private int count;

  private Unkept() {}

  /**
   * The places of what is lost, at most 20.
   *
   * @param original of the file's kind
   * @param rewritten the same file, written anew
   */
  static Set<String> of(LabelFile kind, byte[] original, byte[] rewritten)
      throws IOException, LabelMistake {
    var before = said(kind, original);
    var after = said(kind, rewritten);
    var lost = new HashSet<Long>();
    int at = 0;
    for (long hash : before) {
      while (at < after.length && after[at] < hash) {
        at++;
      }
      if (at < after.length && after[at] == hash) {
        at++;
      } else {
        lost.add(hash);
      }
    }
    var places = new TreeSet<String>();
    if (!lost.isEmpty()) {
      kind.values(
          original,
          words((place, word) -> {
            if (places.size() < SHOWN && lost.contains(hash(place, word))) {
              places.add(place);
            }
          }));
    }
    return places;
  }

  private static long[] said(LabelFile kind, byte[] bytes) throws IOException, LabelMistake {
    var said = new Unkept();
    kind.values(bytes, words((place, word) -> said.add(hash(place, word))));
    var sorted = Arrays.copyOf(said.hashes, said.count);
    Arrays.sort(sorted);
    return sorted;
  }

  private void add(long hash) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * count);
    }
    hashes[count++] = hash;
  }

  private static BiConsumer<String, String> words(BiConsumer<String, String> each) {
    return (place, text) -> {
      var words = new StringTokenizer(text, " \t\r\n,;");
      while (words.hasMoreTokens()) {
        normal(words.nextToken()).ifPresent(word -> each.accept(place, word));
      }
    };
  }

  private static Optional<String> normal(String word) {
    char first = word.charAt(0);
    if (first != '-' && first != '.' && (first < '0' || first > '9')) {
      return word.equals("false") ? Optional.empty() : Optional.of(word);
    }
    try {
      double number = Double.parseDouble(word);
      long bits = Double.doubleToLongBits(number) + (1L << (DROPPED_BITS - 1)) >> DROPPED_BITS;
      return number == 0 ? Optional.empty() : Optional.of(Long.toString(bits));
    } catch (NumberFormatException _) {
      return Optional.of(word);
    }
  }

  // Fowler, Noll and Vo's FNV-1a of 64 bits.
  private static long hash(String place, String word) {
    return hash(hash(FNV_OFFSET, place) * FNV_PRIME, word);
  }

  private static long hash(long start, String text) {
    long hash = start;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }
}
