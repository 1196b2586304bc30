package dev.fovea.registry.access;

import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A token as its owner has it: {@code fov_}, a public id, and 32 random bytes. A fast hash protects
 * it well enough, since nobody can guess 256 bits.
 */
record Secret(String id, String secret) {
  private static final Pattern WRITTEN = Pattern.compile("fov_([0-9a-f]{16})_([0-9a-f]{64})");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_BYTES = 8;
  private static final int SECRET_BYTES = 32;

  static Secret random() {
    return new Secret(hex(ID_BYTES), hex(SECRET_BYTES));
  }

  static Optional<Secret> parse(String text) {
    var matcher = WRITTEN.matcher(text);
    return matcher.matches()
        ? Optional.of(new Secret(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  String written() {
    return "fov_%s_%s".formatted(id, secret);
  }

  byte[] hash() {
    return Digest.hasher().digest(secret.getBytes(StandardCharsets.US_ASCII));
  }

  /** Takes as long whether it fits or not. */
  boolean fits(byte[] hash) {
    return MessageDigest.isEqual(hash, hash());
  }

  @Override
  public String toString() {
    return "Secret[id=%s, secret=•••]".formatted(id);
  }

  private static String hex(int count) {
    var bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
