package dev.fovea.dvc.directory;

import java.util.Comparator;

/**
 * Python's order of texts: by code point. Java's own is by UTF-16 unit, which puts U+1F600 before
 * U+FFFD.
 */
public final class CodePoints {
  /** Smaller code points first; a text before those that it begins. */
  public static final Comparator<String> ORDER = CodePoints::compare;

  private CodePoints() {}

  private static int compare(String a, String b) {
    int end = Math.min(a.length(), b.length());
    for (int i = 0; i < end; i++) {
      char left = a.charAt(i);
      char right = b.charAt(i);
      if (left != right) {
        boolean lone = Character.isSurrogate(left) != Character.isSurrogate(right);
        return lone ? (Character.isSurrogate(left) ? 1 : -1) : Character.compare(left, right);
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
