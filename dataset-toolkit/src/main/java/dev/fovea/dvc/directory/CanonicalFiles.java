package dev.fovea.dvc.directory;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.PythonText;
import dev.fovea.dvc.RelativePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the files of a {@code .dir} object as long as its bytes are exactly what DVC writes,
 * through a window, and makes no object for a file whose path is plain. At anything else it stops,
 * and whatever reads JSON goes on with what is left.
 */
final class CanonicalFiles {
  /** Takes one file after the other. */
  interface Columns {
    /** One whose path is of the plainest kind, in ASCII. */
    void plain(byte[] bytes, int from, int to, long high, long low) throws DvcMistake;

    /** One with any other path. */
    void any(String path, long high, long low) throws DvcMistake;
  }

  private static final byte[] MD5 = ascii("{\"md5\": \"");
  private static final byte[] PATH = ascii("\", \"relpath\": \"");
  private static final byte[] END = ascii("\"}");
  private static final byte[] NEXT = ascii(", ");
  private static final byte[] STAND_IN = ascii("[{}");
  private static final int DIGITS = 16;
  private static final int LONGEST_PLAIN = 1000;

  /** More than an entry has with the longest path, all of it escaped. */
  private static final int LONGEST = 8 << 10;

  private static final int WINDOW = 64 << 10;
  private static final byte[] VALUES = new byte[1 << Byte.SIZE];
  private static final boolean[] PLAIN = new boolean[1 << Byte.SIZE];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int digit = 0; digit < DIGITS; digit++) {
      VALUES[Character.forDigit(digit, DIGITS)] = (byte) digit;
    }
    for (char c = 0; c < PLAIN.length; c++) {
      PLAIN[c] =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '_'
              || c == '-'
              || c == '.';
    }
  }

  private final InputStream in;
  private final Columns columns;
  private final byte[] window = new byte[WINDOW];
  private int at;
  private int end;
  private boolean ended;

  /** Where the last file that was read ends. */
  private int done;

  private int files;

  CanonicalFiles(InputStream in, Columns columns) {
    this.in = in;
    this.columns = columns;
  }

  /**
   * Reads as many as it can.
   *
   * @return whether these are all, and nothing comes behind them
   */
  boolean read() throws IOException, DvcMistake {
    fill();
    if (!take('[')) {
      return false;
    }
    while (!take(']')) {
      if (files > 0 && !take(NEXT) || !file()) {
        return false;
      }
      done = at;
      files++;
      if (end - at < LONGEST && !ended) {
        fill();
      }
    }
    return at == end;
  }

  /**
   * JSON of the files that are left, behind an empty object in the place of those that were read.
   */
  InputStream rest() throws IOException {
    var rest = new PushbackInputStream(in, STAND_IN.length + WINDOW);
    rest.unread(window, done, end - done);
    if (files > 0) {
      rest.unread(STAND_IN);
    }
    return rest;
  }

  /** How many were read. */
  int files() {
    return files;
  }

  /** Until the window is full, or there is nothing more. */
  private void fill() throws IOException {
    System.arraycopy(window, at, window, 0, end - at);
    end -= at;
    done -= at;
    at = 0;
    end += in.readNBytes(window, end, WINDOW - end);
    ended = end < WINDOW;
  }

  private boolean file() throws DvcMistake {
    if (!take(MD5) || end - at < 2 * DIGITS) {
      return false;
    }
    int digits = at;
    at += 2 * DIGITS;
    if (!areHex(digits) || !take(PATH)) {
      return false;
    }
    int from = at;
    boolean plain = skipPath();
    int to = at;
    if (!take(END)) {
      return false;
    }
    long high = value(digits);
    long low = value(digits + DIGITS);
    if (plain && to - from <= LONGEST_PLAIN) {
      columns.plain(window, from, to, high, low);
      return true;
    }
    var path = usable(from, to);
    if (path.isEmpty()) {
      return false;
    }
    columns.any(path.get(), high, low);
    return true;
  }

  private Optional<String> usable(int from, int to) {
    return PythonText.decode(window, from, to).filter(path -> RelativePath.fault(path).isEmpty());
  }

  /**
   * Goes to the quote at the path's end.
   *
   * @return whether it is of the plainest kind, which {@link RelativePath} need not be asked about:
   *     letters, digits, {@code _} and {@code -}, and dots that begin no name
   */
  private boolean skipPath() {
    boolean plain = true;
    boolean first = true;
    for (; at < end && window[at] != '"'; at++) {
      byte c = window[at];
      if (c == '/') {
        plain &= !first;
        first = true;
      } else {
        plain &= PLAIN[c & 0xff] && !(first && c == '.');
        first = false;
        at += c == '\\' ? 1 : 0;
      }
    }
    return plain && !first;
  }

  private boolean areHex(int from) {
    int all = 0;
    for (int i = from; i < from + 2 * DIGITS; i++) {
      all |= VALUES[window[i] & 0xff];
    }
    return all >= 0;
  }

  private long value(int from) {
    long value = 0;
    for (int i = from; i < from + DIGITS; i++) {
      value = value << 4 | VALUES[window[i]];
    }
    return value;
  }

  private boolean take(char expected) {
    boolean there = at < end && window[at] == expected;
    at += there ? 1 : 0;
    return there;
  }

  private boolean take(byte[] expected) {
    int to = at + expected.length;
    boolean there = to <= end && Arrays.equals(window, at, to, expected, 0, expected.length);
    at += there ? expected.length : 0;
    return there;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
