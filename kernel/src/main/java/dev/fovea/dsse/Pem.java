package dev.fovea.dsse;

import java.util.Base64;

/** Blocks of PEM (RFC 7468). */
final class Pem {
  private static final int LINE = 64;

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
    int from = pem.indexOf(begin(name));
    int to = pem.indexOf("-----END %s-----".formatted(name), Math.max(from, 0));
    if (from < 0 || to < 0) {
      throw new IllegalArgumentException("pem: no block '%s'".formatted(name));
    }
    var base64 = pem.substring(from + begin(name).length(), to).replaceAll("\\s", "");
    return Base64.getDecoder().decode(base64);
  }

  private static String begin(String name) {
    return "-----BEGIN %s-----".formatted(name);
  }
}
