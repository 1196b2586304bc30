package dev.fovea.dvc.directory;

import dev.fovea.dvc.PythonText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a {@code .dir} object in pieces: all of it need not be in memory. */
final class DvcDirectoryWriter {
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] MD5 = ascii("{\"md5\": \"");
  private static final byte[] PATH = ascii("\", \"relpath\": \"");
  private static final byte[] END = ascii("\"}");
  private static final byte[] NEXT = ascii(", ");
  private static final int PIECE = 64 << 10;

  /** More than any letter, and any of the constants, becomes. */
  private static final int SPARE = 64;

  private final OutputStream to;
  private final byte[] piece = new byte[PIECE];
  private int length;

  DvcDirectoryWriter(OutputStream to) {
    this.to = to;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void write(PathColumn paths, Md5Column md5s) throws IOException {
    put((byte) '[');
    for (int i = 0; i < paths.size(); i++) {
      if (i > 0) {
        put(NEXT);
      }
      put(MD5);
      hex(md5s.high(i), 16);
      hex(md5s.low(i), 16);
      put(PATH);
      quote(paths, i);
      put(END);
    }
    put((byte) ']');
    to.write(piece, 0, length);
    length = 0;
  }

  private void quote(PathColumn paths, int i) throws IOException {
    for (int offset = 0; offset < paths.length(i); offset++) {
      byte c = paths.at(i, offset);
      if (!PythonText.isPlain(c)) {
        // What came before was ASCII, so that its bytes were its letters.
        var rest = new StringBuilder();
        PythonText.escape(paths.get(i).substring(offset), rest);
        for (int j = 0; j < rest.length(); j++) {
          put((byte) rest.charAt(j));
        }
        return;
      }
      put(c);
    }
  }

  private void hex(long value, int digits) throws IOException {
    room();
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      piece[length++] = HEX[(int) (value >>> shift) & 0xf];
    }
  }

  private void put(byte[] bytes) throws IOException {
    room();
    System.arraycopy(bytes, 0, piece, length, bytes.length);
    length += bytes.length;
  }

  private void put(byte each) throws IOException {
    room();
    piece[length++] = each;
  }

  private void room() throws IOException {
    if (length > PIECE - SPARE) {
      to.write(piece, 0, length);
      length = 0;
    }
  }
}
