package dev.fovea.teamfile;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The word that was probably meant: by Damerau's edit distance (optimal string alignment), at most
 * a third of its letters.
 */
final class Nearest {
  private static final int LONGEST = 40;

  private Nearest() {}

  static Optional<String> of(String written, Collection<String> known) {
    return written.length() > LONGEST
        ? Optional.empty()
        : known.stream()
            .filter(word -> distance(written, word) <= Math.max(1, word.length() / 3))
            .min(Comparator.comparingInt(word -> distance(written, word)));
  }

  private static int distance(String a, String b) {
    var d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
