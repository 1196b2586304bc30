package dev.fovea.dvc;

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

  // Python's ensure_ascii escapes everything outside 0x20..0x7e, in lower-case hex, UTF-16 unit by
  // unit.
  private void quote(PathColumn paths, int i) throws IOException {
    for (int offset = 0; offset < paths.length(i); offset++) {
      byte c = paths.at(i, offset);
      if (c < 0) {
        // Beyond ASCII: what was written of it is right, the rest is taken as UTF-16.
        quote(paths.get(i).substring(offset));
        return;
      }
      quote((char) c);
    }
  }

  private void quote(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      quote(text.charAt(i));
    }
  }

  private void quote(char c) throws IOException {
    switch (c) {
      case '"' -> escape('"');
      case '\\' -> escape('\\');
      case '\n' -> escape('n');
      case '\r' -> escape('r');
      case '\t' -> escape('t');
      case '\b' -> escape('b');
      case '\f' -> escape('f');
      default -> {
        if (c < 0x20 || c > 0x7e) {
          escape('u');
          hex(c, 4);
        } else {
          put((byte) c);
        }
      }
    }
  }

  private void escape(char letter) throws IOException {
    put((byte) '\\');
    put((byte) letter);
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
