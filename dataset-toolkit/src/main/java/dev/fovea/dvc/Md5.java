package dev.fovea.dvc;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * DVC's digest. It names, it does not prove: Fovea keeps the SHA-256 beside it and trusts that one.
 */
public final class Md5 {
  private Md5() {}

  /** 32 lower-case hex digits. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(hasher().digest(bytes));
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
