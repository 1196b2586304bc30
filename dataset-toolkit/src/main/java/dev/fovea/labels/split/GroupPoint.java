package dev.fovea.labels.split;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Where a group lies between 0 and 1: by the SHA-256 of its key and a seed alone, so that no other
 * group moves it.
 */
final class GroupPoint {
  private static final int BITS = 53; // of a double

  private final byte[] seed;
  private final MessageDigest sha256;

  GroupPoint(String seed) {
    this.seed = seed.getBytes(UTF_8);
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** From 0 to less than 1: the first 53 bits of SHA-256(seed, a zero byte, key), all in UTF-8. */
  double of(String key) {
    sha256.update(seed);
    sha256.update((byte) 0);
    long first = ByteBuffer.wrap(sha256.digest(key.getBytes(UTF_8))).getLong();
    return (first >>> (Long.SIZE - BITS)) * 0x1p-53;
  }
}
