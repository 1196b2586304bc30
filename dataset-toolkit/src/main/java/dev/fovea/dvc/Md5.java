package dev.fovea.dvc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * DVC's digest. It names, it does not prove: Fovea keeps the SHA-256 beside it and trusts that one.
 */
public final class Md5 {
  private static final int BUFFER = 1 << 20;

  private Md5() {}

  /** 32 lower-case hex digits. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(hasher().digest(bytes));
  }

  /** The same of a file, which may be of any length. */
  public static String hex(Path file) throws IOException {
    if (Files.size(file) <= BUFFER) {
      return hex(Files.readAllBytes(file));
    }
    var md5 = hasher();
    var buffer = new byte[BUFFER];
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        md5.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(md5.digest());
  }

  /** A fresh one. */
  public static MessageDigest hasher() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
