package dev.fovea.dvc;

import dev.fovea.dvc.DvcDirectory.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The entries of a {@code .dir} object, for those who only compare or list them. Bytes that are
 * exactly what DVC writes are read in one pass; all others are read as {@link DvcDirectory} does.
 *
 * <p>Not judged in the quick pass is what matters to those alone who write the files: two names
 * that differ in case, and a name that is a file and a folder.
 */
public final class DirectoryEntries {
  private static final byte[] MD5 = ascii("{\"md5\": \"");
  private static final byte[] PATH = ascii("\", \"relpath\": \"");
  private static final int DIGITS = 32;
  private static final int UNIT = 4;

  private final byte[] bytes;
  private final int maxFiles;
  private int at;

  private DirectoryEntries(byte[] bytes, int maxFiles) {
    this.bytes = bytes;
    this.maxFiles = maxFiles;
  }

  /**
   * All entries, in the order of their paths' code points.
   *
   * @throws DvcMistake when it is not a list of files that can lie in one folder
   */
  public static List<Entry> of(byte[] bytes, int maxFiles) throws IOException, DvcMistake {
    var canonical = new DirectoryEntries(bytes, maxFiles).canonical();
    return canonical.isPresent()
        ? canonical.get()
        : DvcDirectory.read(new ByteArrayInputStream(bytes), maxFiles).entries();
  }

  /** Absent where the bytes are not what DVC writes, or hold a path that is refused. */
  private Optional<List<Entry>> canonical() {
    if (!take('[')) {
      return Optional.empty();
    }
    var entries = new ArrayList<Entry>();
    var last = "";
    while (!take(']')) {
      if (!entries.isEmpty() && !(take(',') && take(' ')) || entries.size() == maxFiles) {
        return Optional.empty();
      }
      var md5 = take(MD5) ? digits() : "";
      var path = take(PATH) ? text() : "";
      boolean fine =
          !md5.isEmpty()
              && CodePoints.ORDER.compare(last, path) < 0
              && take('}')
              && RelativePath.fault(path).isEmpty();
      if (!fine) {
        return Optional.empty();
      }
      entries.add(new Entry(md5, path));
      last = path;
    }
    return at == bytes.length ? Optional.of(entries) : Optional.empty();
  }

  private boolean take(char expected) {
    boolean there = at < bytes.length && bytes[at] == expected;
    at += there ? 1 : 0;
    return there;
  }

  private boolean take(byte[] expected) {
    if (bytes.length - at < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes[at + i] != expected[i]) {
        return false;
      }
    }
    at += expected.length;
    return true;
  }

  private String digits() {
    if (bytes.length - at < DIGITS) {
      return "";
    }
    for (int i = at; i < at + DIGITS; i++) {
      if (hex(bytes[i]) < 0) {
        return "";
      }
    }
    at += DIGITS;
    return new String(bytes, at - DIGITS, DIGITS, StandardCharsets.ISO_8859_1);
  }

  /** A text up to its closing quote, which is taken too; empty where it is none of Python's. */
  private String text() {
    int from = at;
    while (at < bytes.length && bytes[at] != '"') {
      if (bytes[at] == '\\') {
        return escaped(from);
      }
      if (bytes[at] < ' ' || bytes[at] > '~') {
        return "";
      }
      at++;
    }
    var text = new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
    return take('"') ? text : "";
  }

  private String escaped(int from) {
    var text = new StringBuilder(new String(bytes, from, at - from, StandardCharsets.ISO_8859_1));
    while (at < bytes.length && bytes[at] != '"') {
      byte next = bytes[at++];
      if (next != '\\') {
        if (next < ' ' || next > '~') {
          return "";
        }
        text.append((char) next);
      } else if (take('"')) {
        text.append('"');
      } else if (take('u')) {
        int unit = unit();
        if (unit < 0) {
          return "";
        }
        text.append((char) unit);
      } else {
        return ""; // the others are a backslash or control characters: no path may have them
      }
    }
    return take('"') ? text.toString() : "";
  }

  private int unit() {
    if (bytes.length - at < UNIT) {
      return -1;
    }
    int unit = 0;
    for (int i = 0; i < UNIT; i++) {
      int digit = hex(bytes[at++]);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit > '~' ? unit : -1;
  }

  private static int hex(byte digit) {
    if (digit >= '0' && digit <= '9') {
      return digit - '0';
    }
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
