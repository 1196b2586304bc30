package dev.fovea.dvc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The entries of a {@code .dir} object, for those who only compare or list them: its bytes, and
 * where each entry begins in them. Bytes that are exactly what DVC writes are read in one pass, and
 * no object is made for an entry; all others are read as {@link DvcDirectory} does, and written
 * anew.
 *
 * <p>Not judged in the quick pass is what matters to those alone who write the files: two names
 * that differ in case, and a name that is a file and a folder.
 */
public final class DirectoryEntries {
  private static final byte[] MD5 = ascii("{\"md5\": \"");
  private static final byte[] PATH = ascii("\", \"relpath\": \"");
  private static final int DIGITS = 32;
  private static final int END = "\"}]".length();
  private static final int BETWEEN = "\"}, {\"md5\": \"".length();
  private static final int SHORTEST = 70;
  private static final int LONGEST_PLAIN = 1000;

  private final byte[] bytes;
  private final int[] starts;
  private final int count;

  private DirectoryEntries(byte[] bytes, int[] starts, int count) {
    this.bytes = bytes;
    this.starts = starts;
    this.count = count;
  }

  /**
   * All entries, in the order of their paths' code points.
   *
   * @throws DvcMistake when it is not a list of files that can lie in one folder
   */
  public static DirectoryEntries of(byte[] bytes, int maxFiles) throws IOException, DvcMistake {
    var canonical = new Pass(bytes, maxFiles).entries();
    if (canonical.isPresent()) {
      return canonical.get();
    }
    var rewritten = DvcDirectory.read(new ByteArrayInputStream(bytes), maxFiles).bytes();
    return new Pass(rewritten, maxFiles)
        .entries()
        .orElseThrow(() -> new IllegalStateException("what was written can't be read"));
  }

  /** How many there are. */
  public int size() {
    return count;
  }

  /** Of a file's bytes, 32 lower-case hex digits. */
  public String md5(int index) {
    return new String(bytes, starts[index], DIGITS, StandardCharsets.ISO_8859_1);
  }

  /** Inside the folder, with {@code /}. */
  public String path(int index) {
    return PythonText.decode(bytes, from(index), to(index)).orElseThrow();
  }

  /** Whether a file has the bytes that another has. */
  public boolean sameContent(int index, DirectoryEntries other, int otherIndex) {
    int mine = starts[index];
    int its = other.starts[otherIndex];
    return Arrays.equals(bytes, mine, mine + DIGITS, other.bytes, its, its + DIGITS);
  }

  /** The order of two paths, by their code points. */
  public int order(int index, DirectoryEntries other, int otherIndex) {
    return PythonText.order(
        bytes, from(index), to(index), other.bytes, other.from(otherIndex), other.to(otherIndex));
  }

  private int from(int index) {
    return starts[index] + DIGITS + PATH.length;
  }

  private int to(int index) {
    return index == count - 1 ? bytes.length - END : starts[index + 1] - BETWEEN;
  }

  /** Reads what DVC writes, and gives up at anything else. */
  private static final class Pass {
    private final byte[] bytes;
    private final int maxFiles;
    private int[] starts;
    private int count;
    private int at;

    Pass(byte[] bytes, int maxFiles) {
      this.bytes = bytes;
      this.maxFiles = maxFiles;
      starts = new int[1 + bytes.length / SHORTEST];
    }

    /** Absent where the bytes are not what DVC writes, or hold a path that is refused. */
    Optional<DirectoryEntries> entries() {
      if (!take('[')) {
        return Optional.empty();
      }
      while (!take(']')) {
        if (count > 0 && !(take(',') && take(' ')) || count == maxFiles || !entry()) {
          return Optional.empty();
        }
      }
      return at == bytes.length
          ? Optional.of(new DirectoryEntries(bytes, starts, count))
          : Optional.empty();
    }

    private boolean entry() {
      int start = at + MD5.length;
      if (!take(MD5) || !digits() || !take(PATH)) {
        return false;
      }
      int from = at;
      while (at < bytes.length && bytes[at] != '"') {
        at += bytes[at] == '\\' ? 2 : 1;
      }
      int to = at;
      if (!take('"') || !take('}') || !mayBeUsed(from, to) || !isNext(from, to)) {
        return false;
      }
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
      }
      starts[count++] = start;
      return true;
    }

    /** Whether it comes behind the last. */
    private boolean isNext(int from, int to) {
      if (count == 0) {
        return true;
      }
      int last = starts[count - 1] + DIGITS + PATH.length;
      int lastEnd = from - DIGITS - PATH.length - BETWEEN;
      return PythonText.order(bytes, last, lastEnd, bytes, from, to) < 0;
    }

    private boolean mayBeUsed(int from, int to) {
      if (isPlain(from, to)) {
        return true;
      }
      var path = PythonText.decode(bytes, from, to);
      return path.isPresent() && RelativePath.fault(path.get()).isEmpty();
    }

    /**
     * Whether it is a path of the plainest kind, which {@link RelativePath} need not be asked
     * about: letters, digits, {@code _} and {@code -}, and dots that begin no name.
     */
    private boolean isPlain(int from, int to) {
      if (to - from > LONGEST_PLAIN) {
        return false;
      }
      boolean first = true;
      for (int i = from; i < to; i++) {
        byte c = bytes[i];
        boolean plain =
            c >= 'a' && c <= 'z'
                || c >= '0' && c <= '9'
                || c >= 'A' && c <= 'Z'
                || c == '_'
                || c == '-'
                || !first && (c == '.' || c == '/');
        if (!plain) {
          return false;
        }
        first = c == '/';
      }
      return !first;
    }

    private boolean take(char expected) {
      boolean there = at < bytes.length && bytes[at] == expected;
      at += there ? 1 : 0;
      return there;
    }

    private boolean take(byte[] expected) {
      int end = at + expected.length;
      boolean there =
          end <= bytes.length && Arrays.equals(bytes, at, end, expected, 0, expected.length);
      at += there ? expected.length : 0;
      return there;
    }

    private boolean digits() {
      int end = at + DIGITS;
      if (end > bytes.length) {
        return false;
      }
      for (; at < end; at++) {
        byte c = bytes[at];
        if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
          return false;
        }
      }
      return true;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
