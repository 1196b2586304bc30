package dev.fovea.dsse;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Blocks of PEM (RFC 7468), of texts of at most 64 Ki characters. */
final class Pem {
  private static final int LINE = 64;
  private static final int MAX_TEXT = 64 << 10;

  private Pem() {}

  static String text(String name, byte[] bytes) {
    var base64 = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(name, base64, name);
  }

  static boolean has(String pem, String name) {
    return pem.contains(begin(name));
  }

  /**
   * The bytes of the first block of that name.
   *
   * @throws IllegalArgumentException when there is none, or it is not base64
   */
  static byte[] block(String pem, String name) {
    return blocks(pem, name).getFirst();
  }

  /**
   * The bytes of every block of that name; one or more.
   *
   * @throws IllegalArgumentException when there is none, one has no end, or one is not base64
   */
  static List<byte[]> blocks(String pem, String name) {
    if (pem.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "pem: %d characters (expected: at most %d)".formatted(pem.length(), MAX_TEXT));
    }
    var end = "-----END %s-----".formatted(name);
    var blocks = new ArrayList<byte[]>();
    for (int from = pem.indexOf(begin(name)); from >= 0; from = pem.indexOf(begin(name), from)) {
      from += begin(name).length();
      int to = pem.indexOf(end, from);
      if (to < 0) {
        throw new IllegalArgumentException("pem: a block '%s' has no end".formatted(name));
      }
      blocks.add(bytes(pem.substring(from, to), name));
      from = to + end.length();
    }
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("pem: no block '%s'".formatted(name));
    }
    return blocks;
  }

  private static byte[] bytes(String base64, String name) {
    try {
      return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("pem: a block '%s' is not base64".formatted(name), e);
    }
  }

  private static String begin(String name) {
    return "-----BEGIN %s-----".formatted(name);
  }
}
