package dev.fovea.lab.remote;

import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A code to join by: a part that finds the invitation and a secret of 128 bits, which nobody
 * guesses; a fast hash protects it well enough.
 */
record Code(String id, String secret) {
  private static final Pattern WRITTEN = Pattern.compile("([0-9a-f]{8})-([0-9a-f]{32})");
  private static final SecureRandom RANDOM = new SecureRandom();

  static Code random() {
    return new Code(hex(4), hex(16));
  }

  static Optional<Code> parse(String text) {
    var matcher = WRITTEN.matcher(text.strip());
    return matcher.matches()
        ? Optional.of(new Code(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  String written() {
    return id + "-" + secret;
  }

  byte[] hash() {
    return Digest.hasher().digest(written().getBytes(StandardCharsets.US_ASCII));
  }

  /** Takes as long whether it fits or not. */
  boolean fits(byte[] hash) {
    return MessageDigest.isEqual(hash, hash());
  }

  @Override
  public String toString() {
    return "Code[%s-•••]".formatted(id);
  }

  private static String hex(int bytes) {
    var random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
